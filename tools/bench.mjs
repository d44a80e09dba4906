/**
 * Measures; never part of the tests.
 *     npm run bench                  the same as
 *     npm run bench -- engine        how fast the engine is, beside others and beside what the machine can do
 *     npm run bench -- overhead      what the driver and its coroutines cost on PGD, in both WebAssembly builds
 *     npm run bench -- cost          what every attack costs: queries, gradients, time, and bytes of the WebAssembly
 *     npm run bench -- published     figures of papers on networks of theirs, trained here
 *     npm run bench -- training      samples a second in training, beside TensorFlow.js and PyTorch
 *     npm run bench -- attacks       what the attacks find, beside what other libraries' were measured to find
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureXnnpack } from '../bench/xnnpack.mjs';
import { ensureBuilt } from './build.mjs';
import { buildCore } from './core.mjs';
import { ensureToolchain } from './toolchain.mjs';

// Node 20 hides relaxed SIMD behind a flag that later versions do not know.
const flag = Number(process.versions.node.split('.')[0]) < 21 ? ['--experimental-wasm-relaxed-simd'] : [];

const log = (line) => console.error(line);

function run(program, parameters = []) {
  const { status } = spawnSync(process.execPath, [...flag, program, ...parameters], { stdio: 'inherit' });
  process.exitCode ||= status ?? 1;
}

const benchmarks = {
  async attacks(parameters) {
    await ensureBuilt();
    run(fileURLToPath(new URL('../bench/attacks.mjs', import.meta.url)), parameters);
  },
  async engine(parameters) {
    await ensureBuilt();
    for (const flavour of /** @type {const} */ (['simd', 'relaxed'])) {
      await buildCore(flavour, ['register_peak'], { log });
      const xnnpack = await ensureXnnpack(await ensureToolchain({ log }), flavour, { log });
      await buildCore(flavour, ['dense_row'], { log, xnnpack });
    }
    run(fileURLToPath(new URL('../bench/engine.mjs', import.meta.url)), parameters);
  },
  async overhead() {
    for (const flavour of /** @type {const} */ (['simd', 'relaxed'])) {
      const folder = await buildCore(flavour, ['pgd_overhead'], { log });
      console.log(flavour);
      run(join(folder, 'pgd_overhead.cjs'));
    }
  },
  async cost(parameters) {
    await ensureBuilt();
    run(fileURLToPath(new URL('../bench/cost.mjs', import.meta.url)), parameters);
  },
  async published(parameters) {
    await ensureBuilt();
    run(fileURLToPath(new URL('../bench/published.mjs', import.meta.url)), parameters);
  },
  async training(parameters) {
    await ensureBuilt();
    run(fileURLToPath(new URL('../bench/training.mjs', import.meta.url)), parameters);
  },
};

const given = process.argv.slice(2);
const [what, ...parameters] = given.length === 0 || given[0].startsWith('--') ? ['engine', ...given] : given;
if (!Object.hasOwn(benchmarks, what)) {
  console.error(`What shall be measured? npm run bench -- ${Object.keys(benchmarks).join(' | ')}`);
  process.exit(2);
}
await benchmarks[what](parameters);
