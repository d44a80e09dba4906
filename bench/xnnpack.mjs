/**
 * XNNPACK for WebAssembly, which benchmarks measure the engine against; built once and shared by all clones. (Native
 * tests link Debian's own in the toolchain.)
 */
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder, withLock } from '../tools/toolchain/cache.mjs';
import { hashOf } from '../tools/toolchain/recipe.mjs';
import { run } from '../tools/toolchain/run.mjs';
import { step } from '../tools/toolchain/steps.mjs';

const project = fileURLToPath(new URL('xnnpack', import.meta.url));

/**
 * @typedef {object} Xnnpack
 * @property {string} library libXNNPACK.a, with pthreadpool's single-threaded stand-in inside
 * @property {string} includeDir xnnpack.h and pthreadpool.h
 */

/**
 * @param {import('../tools/toolchain.mjs').Toolchain} toolchain
 * @param {'simd' | 'relaxed'} flavour
 * @param {{log?: (line: string) => void}} [options]
 * @returns {Promise<Xnnpack>}
 */
export async function ensureXnnpack(toolchain, flavour, { log = console.log } = {}) {
  const folder = join(cacheFolder(), `xnnpack-${hashOf(await inputs(toolchain))}`, flavour);
  if (!existsSync(folder)) {
    await withLock('xnnpack', log, async () => {
      if (!existsSync(folder)) {
        await step(log, `building XNNPACK for WebAssembly, ${flavour} (330 files, about 20 s)`, () =>
          build(toolchain, flavour, folder),
        );
      }
    });
  }
  return { library: join(folder, 'lib', 'libXNNPACK.a'), includeDir: join(folder, 'include') };
}

/** What the library depends on. @param {import('../tools/toolchain.mjs').Toolchain} toolchain */
async function inputs({ root, emcc, xnnpackSource, pthreadpoolSource }) {
  const names = (await readdir(project)).sort();
  const files = await Promise.all(names.map((name) => readFile(join(project, name), 'utf8')));
  return [root, emcc, xnnpackSource, pthreadpoolSource, names, files];
}

/**
 * @param {import('../tools/toolchain.mjs').Toolchain} toolchain
 * @param {string} flavour
 * @param {string} folder
 */
async function build(toolchain, flavour, folder) {
  const env = { ...process.env, ...toolchain.env };
  const buildFolder = `${folder}.build`;
  const installFolder = `${folder}.partial`;
  const definitions = {
    CMAKE_MAKE_PROGRAM: toolchain.ninja,
    CMAKE_BUILD_TYPE: 'None',
    CMAKE_INSTALL_PREFIX: installFolder,
    FLAVOUR: flavour,
    XNNPACK_SOURCE: toolchain.xnnpackSource,
    PTHREADPOOL_SOURCE: toolchain.pthreadpoolSource,
    PORTABLE_HEADERS: toolchain.includeDirs[0],
    ...(await compiler(toolchain, env)),
  };
  const options = Object.entries(definitions).map(([name, value]) => `-D${name}=${value}`);
  // Objects of an interrupted build are still good: the folder's name stands for everything they depend on.
  await run([toolchain.cmake, '-G', 'Ninja', '-S', project, '-B', buildFolder, ...options], { env });
  await run([toolchain.ninja, '-C', buildFolder, '-j', String(availableParallelism()), 'install'], { env });
  await rm(buildFolder, { recursive: true });
  await rename(installFolder, folder);
}

/**
 * Our own clang with the flags emcc would give it takes a third of the time emcc does. Of someone else's Emscripten we
 * do not know which clang belongs to it, so there emcc compiles.
 * @param {import('../tools/toolchain.mjs').Toolchain} toolchain
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Record<string, string>>}
 */
async function compiler(toolchain, env) {
  if (!toolchain.ownEmscripten) return { CMAKE_TOOLCHAIN_FILE: toolchain.emscriptenCmakeToolchainFile };
  const flags = (await run([...toolchain.emcc, '--cflags'], { env })).trim();
  return {
    CMAKE_SYSTEM_NAME: 'Generic',
    CMAKE_SYSTEM_PROCESSOR: 'wasm32',
    CMAKE_C_COMPILER: toolchain.clang,
    CMAKE_CXX_COMPILER: toolchain.clangxx,
    CMAKE_AR: toolchain.llvmAr,
    CMAKE_C_FLAGS: flags,
    CMAKE_CXX_FLAGS: flags,
  };
}
