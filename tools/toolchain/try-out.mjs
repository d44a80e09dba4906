/**
 * One small program of each kind that the project builds. It proves that the folder works on this machine, and has
 * Emscripten fill its cache, so that later links, several at a time, find everything there.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, SetupError } from './run.mjs';

const bound = `
#include <emscripten/bind.h>
#include <new>
#include <vector>
int length(int size) {
  try { return static_cast<int>(std::vector<char>(size).size()); } catch (const std::bad_alloc&) { return -1; }
}
EMSCRIPTEN_BINDINGS(tryOut) { emscripten::function("length", &length); }
`;

const plain = `
#include <iostream>
#include <stdexcept>
int main() {
  try { throw std::runtime_error("works"); } catch (const std::exception& error) { std::cout << error.what() << std::endl; }
}
`;

/** @param {import('../toolchain.mjs').Toolchain} toolchain */
export async function tryOut(toolchain) {
  const folder = join(toolchain.root, 'try-out');
  const env = { ...process.env, ...toolchain.env };
  const node = process.execPath;
  const compile = ['-std=c++20', '-fwasm-exceptions', '-msimd128'];
  try {
    await rm(folder, { recursive: true, force: true }); // an interrupted run's
    await mkdir(folder);
    await writeFile(join(folder, 'bound.cpp'), bound);
    await writeFile(join(folder, 'plain.cpp'), plain);
    const inFolder = { cwd: folder, env };
    await run(
      [
        ...toolchain.emxx,
        ...compile,
        '-O3',
        'bound.cpp',
        '-o',
        'bound.mjs',
        '--bind',
        '-sALLOW_MEMORY_GROWTH',
        '-sABORTING_MALLOC=0',
        '-sFILESYSTEM=0',
        '-sENVIRONMENT=worker,node',
        '-sMODULARIZE',
        '-sEXPORT_ES6',
      ],
      inFolder,
    );
    await run([...toolchain.emxx, ...compile, '-O1', 'plain.cpp', '-o', 'plain.js'], inFolder);
    await run(
      [
        toolchain.clangxx,
        ...toolchain.nativeCompileFlags,
        '-std=c++20',
        '-fsanitize=address,undefined',
        'plain.cpp',
        '-o',
        'plain',
        ...toolchain.nativeLinkFlags,
      ],
      inFolder,
    );

    const script = `console.log((await (await import('./bound.mjs')).default()).length(7))`;
    const printed = [
      await run([node, '--input-type=module', '-e', script], inFolder),
      await run([node, 'plain.js'], inFolder),
      await run([join(folder, 'plain')], inFolder),
    ].map((text) => text.trim());
    if (printed.join() !== '7,works,works') {
      throw new SetupError(
        `the compilers in ${toolchain.root} give programs that print ${printed.join()}: delete that folder and start again`,
      );
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
