/**
 * Compiles each file here twice: as it is, which must succeed, and with -DMUST_FAIL, which must fail with the message
 * that its first line announces.
 *     node tests/must_not_compile/run.mjs clang++ …
 */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const flags = ['-std=c++20', '-Wall', '-Wextra', '-Werror', `-I${join(folder, '../../src')}`, '-fsyntax-only'];

/** @returns {Promise<string | undefined>} what the compiler complained of */
function complaint(command, parameters, env) {
  const [program, ...first] = command;
  return new Promise((resolve) =>
    execFile(program, [...first, ...flags, ...parameters], { env }, (error, _, stderr) =>
      resolve(error ? stderr || error.message : undefined),
    ),
  );
}

/** What is wrong with one file; undefined if nothing. */
async function problemOf(file, command, env) {
  const announced = /^\/\/ error: (.+)/.exec(await readFile(file, 'utf8'))?.[1];
  if (!announced) return 'its first line must be "// error: …"';
  const unwanted = await complaint(command, [file], env);
  if (unwanted) return `it must compile without MUST_FAIL:\n${unwanted}`;
  const wanted = await complaint(command, ['-DMUST_FAIL', file], env);
  if (!wanted) return 'it compiles with MUST_FAIL';
  if (!wanted.includes(announced)) return `the error is another than "${announced}":\n${wanted}`;
}

/**
 * @param {string[]} command the compiler and what it always needs
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<{passed: number, failed: number}>}
 */
export async function checkMustNotCompile(command, env = process.env) {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.cpp')).sort();
  let failed = 0;
  for (const name of names) {
    const problem = await problemOf(join(folder, name), command, env);
    if (problem) failed++;
    console.log(`${name}: ${problem ?? 'does not compile, as it should not'}`);
  }
  return { passed: names.length - failed, failed };
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const { passed, failed } = await checkMustNotCompile(argv.slice(2));
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}
