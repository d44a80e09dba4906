/** Turning downloaded Debian archives into a folder whose programs run in place, whatever the machine's own libc is. */
import { lstat, mkdir, open, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { decompressCommand } from './apt.mjs';
import { run, runPipe, tryRun } from './run.mjs';

/**
 * @param {string[]} archives
 * @param {string} folder
 * @param {{notUnpacked: string[], notExtracted: string[]}} recipe
 */
export async function unpackArchives(archives, folder, { notUnpacked, notExtracted }) {
  await mkdir(join(folder, 'usr', 'lib64'), { recursive: true });
  // Debian's base-files makes these links on an installed system; libm's linker script goes through them.
  for (const name of ['bin', 'lib', 'lib64']) await symlink(`usr/${name}`, join(folder, name));
  const wanted = archives.filter((archive) => !notUnpacked.includes(basename(archive).replace(/_.*/, '')));
  for (const archive of wanted) {
    await runPipe(['dpkg-deb', '--fsys-tarfile', archive], extractCommand(folder, notExtracted));
  }
}

/** @param {string} folder @param {string[]} notExtracted patterns */
function extractCommand(folder, notExtracted) {
  const exclusions = notExtracted.map((pattern) => `--exclude=${pattern}`);
  return ['tar', '--extract', '--directory', folder, '--no-same-owner', '--keep-directory-symlink', ...exclusions];
}

/**
 * @param {string} archive an upstream source archive, its files under one top folder or under none
 * @param {string} folder
 * @param {{notExtractedFromSources: string[]}} recipe
 */
export async function unpackSource(archive, folder, { notExtractedFromSources }) {
  const unpacked = `${folder}.unpacked`;
  await mkdir(unpacked, { recursive: true });
  await runPipe(decompressCommand(archive), extractCommand(unpacked, notExtractedFromSources));
  const [name = '', ...others] = await readdir(unpacked);
  await rename(others.length === 0 ? join(unpacked, name) : unpacked, folder);
  await rm(unpacked, { recursive: true, force: true });
}

/**
 * @param {string} folder
 * @param {{llvm: string, llvmPrograms: string[]}} recipe
 */
export async function pruneLlvmPrograms(folder, { llvm, llvmPrograms }) {
  const programs = join(folder, llvm, 'bin');
  for (const name of await readdir(programs)) {
    if (!llvmPrograms.includes(name)) await rm(join(programs, name));
  }
}

/**
 * Has every program load the folder's own dynamic loader and libraries.
 * @param {string} folder where the programs are now
 * @param {string} finalFolder where they will be when they run
 * @param {{loader: string, triple: string, llvm: string}} recipe
 */
export async function patchPrograms(folder, finalFolder, { loader, triple, llvm }) {
  const libraryFolder = join('usr/lib', triple);
  const patchelf = join(folder, 'usr/bin/patchelf');
  // patchelf is as foreign here as the rest, so it runs through the unpacked loader.
  const patch = [join(folder, loader), '--library-path', join(folder, libraryFolder), patchelf];

  const programs = [...(await elfFiles(join(folder, 'usr/bin'))), ...(await elfFiles(join(folder, llvm, 'bin')))];
  const toPatch = programs.filter((program) => program !== patchelf);
  // The old kind of search path (not RUNPATH), because it also serves the libraries that a library needs.
  const searchPath = [libraryFolder, join(llvm, 'lib')].map((path) => join(finalFolder, path)).join(':');
  // Two runs in this order: setting both at once, or the loader first, breaks python3, which is not position-independent.
  await run([...patch, '--force-rpath', '--set-rpath', searchPath, ...toPatch]);
  await run([...patch, '--set-interpreter', join(finalFolder, loader), ...toPatch]);

  // A library with a search path of its own (LLVM's) does not inherit the program's.
  for (const library of await elfFiles(join(folder, libraryFolder))) {
    const { output } = await tryRun([...patch, '--print-rpath', library]);
    if (output.trim()) await run([...patch, '--remove-rpath', library]);
  }
}

/** @param {string} folder @returns {Promise<string[]>} its programs and libraries, without links */
async function elfFiles(folder) {
  const paths = (await readdir(folder)).map((name) => join(folder, name));
  const areElf = await Promise.all(paths.map(isElf));
  return paths.filter((_, index) => areElf[index]);
}

/** @param {string} path */
async function isElf(path) {
  if (!(await lstat(path)).isFile()) return false;
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.toString('latin1') === '\x7fELF';
  } finally {
    await file.close();
  }
}

/**
 * Headers that mean the same on every target, gathered in one folder: `usr/include` itself holds the machine's libc
 * and must stay out of a WebAssembly compiler's sight.
 * @param {string} folder
 */
export async function linkPortableHeaders(folder) {
  const include = join(folder, 'include');
  await mkdir(include);
  for (const name of ['doctest', 'protozero', 'fxdiv.h', 'fp16.h', 'fp16']) {
    await symlink(join('../usr/include', name), join(include, name));
  }
  // Debian installs Eigen one level deeper than its own documentation says to include it from.
  for (const name of ['Eigen', 'unsupported']) await symlink(join('../usr/include/eigen3', name), join(include, name));
}

/**
 * @param {string} folder
 * @param {string} finalFolder
 * @param {{llvm: string}} recipe
 */
export async function writeEmscriptenConfiguration(folder, finalFolder, { llvm }) {
  // Emscripten's JavaScript tools import acorn, which Debian's own Node would find in /usr/share/nodejs.
  await symlink('../nodejs', join(folder, 'usr/share/emscripten/node_modules'));
  // `emcc --cflags` asks how this file, which we do not unpack, would be compiled.
  await mkdir(join(folder, 'usr/share/emscripten/test'));
  await writeFile(join(folder, 'usr/share/emscripten/test/hello_world.c'), 'int main(void) { return 0; }\n');
  await writeFile(
    join(folder, 'emscripten.config'),
    [
      `LLVM_ROOT = '${join(finalFolder, llvm, 'bin')}'`,
      `BINARYEN_ROOT = '${join(finalFolder, 'usr')}'`,
      `CACHE = '${join(finalFolder, 'usr/share/emscripten/cache')}'`,
      `NODE_JS = '${process.execPath}'`,
      'FROZEN_CACHE = False',
      '',
    ].join('\n'),
  );
}
