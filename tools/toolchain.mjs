/**
 * Compiler, tools and libraries for the whole project, in a folder of their own: nothing is installed on the machine.
 *
 *     const toolchain = await ensureToolchain({ log: console.log });
 *     const [program, ...first] = toolchain.emxx;
 *     spawn(program, [...first, '-O3', 'a.cpp', '-o', 'a.mjs'], { env: { ...process.env, ...toolchain.env } });
 *
 * The folder is built aside and renamed when whole, so it is there entirely or not at all; whatever interrupts a run,
 * the next one continues from what is downloaded.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { openApt, requireDebian } from './toolchain/apt.mjs';
import { cacheFolder, requireFreeSpace, withLock } from './toolchain/cache.mjs';
import { findEmscripten } from './toolchain/emscripten-on-path.mjs';
import { hashOf, recipe, withoutEmscripten } from './toolchain/recipe.mjs';
import { step } from './toolchain/steps.mjs';
import { tryOut } from './toolchain/try-out.mjs';
import {
  linkPortableHeaders,
  patchPrograms,
  pruneLlvmPrograms,
  unpackArchives,
  unpackSource,
  writeEmscriptenConfiguration,
} from './toolchain/unpack.mjs';

export { SetupError } from './toolchain/run.mjs';

/**
 * Commands are arrays: the program and the arguments that always come first.
 * @typedef {object} Toolchain
 * @property {string} root the folder; also the system root of native builds
 * @property {NodeJS.ProcessEnv} env what to add to the environment of every command below; PATH is complete
 * @property {string[]} emcc WebAssembly C compiler
 * @property {string[]} emxx WebAssembly C++ compiler
 * @property {string} emscriptenCmakeToolchainFile for `cmake -DCMAKE_TOOLCHAIN_FILE=…`
 * @property {boolean} ownEmscripten false when the machine's own emcc is used
 * @property {string} clang native C compiler
 * @property {string} clangxx native C++ compiler
 * @property {string[]} nativeCompileFlags
 * @property {string[]} nativeLinkFlags
 * @property {string} llvmAr
 * @property {string} clangFormat
 * @property {string} python
 * @property {string} cmake
 * @property {string} ninja
 * @property {string[]} includeDirs Eigen, doctest, protozero, fxdiv.h, fp16.h: for native and WebAssembly builds alike
 * @property {string} xnnpackSource
 * @property {string} pthreadpoolSource
 */

/** Of libstdc++-14-dev among the recipe's packages. */
const gccVersion = '14';

/**
 * @param {{log?: (line: string) => void}} [options] `log` receives one line when a long step begins and one at its end
 * @returns {Promise<Toolchain>}
 */
export async function ensureToolchain({ log = console.log } = {}) {
  const emscriptenOnPath = await findEmscripten(recipe.emscriptenVersion);
  const wanted = emscriptenOnPath ? withoutEmscripten(recipe) : recipe;
  const root = join(cacheFolder(), `toolchain-${hashOf(wanted)}`);
  const toolchain = describe(root, wanted, emscriptenOnPath);
  const complete = join(root, 'complete');
  if (!existsSync(complete)) {
    await requireDebian(recipe.architecture);
    await withLock('toolchain', log, async () => {
      if (existsSync(complete)) return;
      if (!existsSync(root)) await build(root, wanted, log);
      await step(log, 'trying the compilers out (about 10 s)', () => tryOut(toolchain));
      await rm(join(cacheFolder(), 'apt'), { recursive: true, force: true });
      await writeFile(complete, '');
    });
  }
  return toolchain;
}

/**
 * @param {string} root
 * @param {typeof recipe} wanted
 * @param {(line: string) => void} log
 */
async function build(root, wanted, log) {
  const cache = cacheFolder();
  await requireFreeSpace(2e9);
  for (const name of await readdir(cache)) {
    if (/^toolchain-.*\.partial$/.test(name)) await rm(join(cache, name), { recursive: true });
  }

  const lists = `reading the package lists of Debian ${wanted.suite} (25 MB)`;
  const apt = await step(log, lists, () => openApt(join(cache, 'apt'), wanted));
  const archives = await apt.list(wanted.packages);
  const missing = archives.filter(({ path }) => !existsSync(path)).reduce((sum, { size }) => sum + size, 0);
  const sources = await step(log, `downloading compilers and libraries (${Math.ceil(missing / 1e6)} MB)`, async () => {
    await apt.download(wanted.packages);
    return Promise.all(
      Object.entries(wanted.sources).map(async ([name, { version, sha256 }]) => ({
        name,
        archive: await apt.downloadSource(name, version, sha256),
      })),
    );
  });

  // A name of its own: something an interrupted run started might still be writing to the old one.
  const partial = `${root}.${process.pid}.partial`;
  await step(log, `unpacking them to ${root} (700 MB, about half a minute)`, async () => {
    await mkdir(join(partial, 'source'), { recursive: true });
    await unpackArchives(
      archives.map(({ path }) => path),
      partial,
      wanted,
    );
    for (const { name, archive } of sources) await unpackSource(archive, join(partial, 'source', name), wanted);
    await pruneLlvmPrograms(partial, wanted);
    await linkPortableHeaders(partial);
    if (wanted.packages.includes('emscripten')) await writeEmscriptenConfiguration(partial, root, wanted);
    await patchPrograms(partial, root, wanted);
    await rename(partial, root);
  });
}

/**
 * @param {string} root
 * @param {typeof recipe} wanted
 * @param {import('./toolchain/emscripten-on-path.mjs').Emscripten | undefined} emscriptenOnPath
 * @returns {Toolchain}
 */
function describe(root, wanted, emscriptenOnPath) {
  const inRoot = (/** @type {string[]} */ ...names) => join(root, ...names);
  const llvm = (/** @type {string} */ name) => inRoot(wanted.llvm, 'bin', name);
  const python = inRoot('usr/bin/python3');
  const emscripten = inRoot('usr/share/emscripten');
  const node = process.execPath;
  return {
    root,
    env: {
      PATH: [inRoot(wanted.llvm, 'bin'), inRoot('usr/bin'), process.env.PATH].join(delimiter),
      ...(emscriptenOnPath ? {} : { EM_CONFIG: inRoot('emscripten.config'), EM_NODE_JS: node, EMSDK_PYTHON: python }),
    },
    emcc: emscriptenOnPath?.emcc ?? [python, '-E', '-s', join(emscripten, 'emcc.py')],
    emxx: emscriptenOnPath?.emxx ?? [python, '-E', '-s', join(emscripten, 'em++.py')],
    emscriptenCmakeToolchainFile: join(emscriptenOnPath?.root ?? emscripten, 'cmake/Modules/Platform/Emscripten.cmake'),
    ownEmscripten: !emscriptenOnPath,
    clang: llvm('clang'),
    clangxx: llvm('clang++'),
    nativeCompileFlags: [
      `--sysroot=${root}`,
      // Left to search, clang goes through lib -> usr/lib and names GCC's headers by paths that ninja takes for missing.
      `--gcc-install-dir=${inRoot('usr/lib/gcc', wanted.triple, gccVersion)}`,
    ],
    nativeLinkFlags: [
      `--sysroot=${root}`,
      '-fuse-ld=lld',
      `-Wl,--dynamic-linker=${inRoot(wanted.loader)}`,
      // The old kind of library path, because it also serves the libraries that a library needs.
      `-Wl,--disable-new-dtags,-rpath,${inRoot('usr/lib', wanted.triple)}`,
    ],
    llvmAr: llvm('llvm-ar'),
    clangFormat: llvm('clang-format'),
    python,
    cmake: inRoot('usr/bin/cmake'),
    ninja: inRoot('usr/bin/ninja'),
    includeDirs: [inRoot('include')],
    xnnpackSource: process.env.XNNPACK_SOURCE_DIR ? resolve(process.env.XNNPACK_SOURCE_DIR) : inRoot('source/xnnpack'),
    pthreadpoolSource: inRoot('source/pthreadpool'),
  };
}
