/**
 * Builds everything that people get: the core in both flavours, its catalogue, and the npm package in dist/.
 *     node tools/build.mjs
 */
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildCore } from './core.mjs';
import { ensurePackages } from './packages.mjs';
import { run } from './toolchain/run.mjs';
import { step } from './toolchain/steps.mjs';

const project = fileURLToPath(new URL('..', import.meta.url));

/** Builds what is missing or older than its sources. @param {{log?: (line: string) => void}} [options] */
export async function ensureBuilt({ log = console.error } = {}) {
  await ensurePackages(log);
  const simd = await buildCore('simd', ['core', 'attacks', 'training', 'files', 'print_catalog'], { log });
  await buildCore('relaxed', ['core', 'attacks', 'training'], { log });
  const sources = [
    'build/simd/core-simd.wasm',
    'build/simd/attacks-simd.wasm',
    'build/simd/training-simd.wasm',
    'build/simd/files.wasm',
    'build/simd/print_catalog.wasm',
    'build/relaxed/core-relaxed.wasm',
    'build/relaxed/attacks-relaxed.wasm',
    'build/relaxed/training-relaxed.wasm',
    'web',
    'tools',
    'package.json',
  ];
  const [newest, built] = await Promise.all([newestOf(sources, ['generated']), newestOf(['dist/index.d.ts'])]);
  if (built > newest) return;
  await step(log, 'building the package in dist/', async () => {
    await writeFile(
      join(project, 'build/catalog.json'),
      await run([process.execPath, join(simd, 'print_catalog.cjs')]),
    );
    const { buildPackage } = await import('./build_package.mjs');
    await buildPackage();
  });
}

/** The latest time of change below these paths; 0 where there is none. @param {string[]} paths @param {string[]} [without] */
export async function newestOf(paths, without = []) {
  let newest = 0;
  for (const path of paths) {
    const found = await stat(join(project, path)).catch(() => undefined);
    if (!found) continue;
    if (!found.isDirectory()) {
      newest = Math.max(newest, found.mtimeMs);
      continue;
    }
    const names = (await readdir(join(project, path))).filter((name) => !without.includes(name));
    newest = Math.max(
      newest,
      await newestOf(
        names.map((name) => join(path, name)),
        without,
      ),
    );
  }
  return newest;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await ensureBuilt({ log: console.log });
