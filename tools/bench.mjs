/**
 * Measures; never part of the tests.
 *     npm run bench -- overhead      what the driver and its coroutines cost on PGD, in both WebAssembly builds
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildCore } from './core.mjs';

const [what] = process.argv.slice(2);
if (what !== 'overhead') {
  console.error('What shall be measured? npm run bench -- overhead');
  process.exit(2);
}
const flag = Number(process.versions.node.split('.')[0]) < 21 ? ['--experimental-wasm-relaxed-simd'] : [];
for (const flavour of /** @type {const} */ (['simd', 'relaxed'])) {
  const folder = await buildCore(flavour, ['pgd_overhead'], { log: console.error });
  console.log(flavour);
  spawnSync(process.execPath, [...flag, join(folder, 'pgd_overhead.cjs')], { stdio: 'inherit' });
}
