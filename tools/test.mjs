/**
 * Runs the tests, fetching and building what they need, and closes with one line "N passed, N failed".
 *     npm test                       everything
 *     npm test -- native attacks     one runner, one room: native | simd | relaxed
 *     npm test -- conformance | compile | fuzz | web | package | real-models | page | style
 */
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkMustNotCompile } from '../tests/must_not_compile/run.mjs';
import { ensureBuilt } from './build.mjs';
import { ensureChromium } from './chromium.mjs';
import { checkConformance } from './conformance.mjs';
import { buildCore } from './core.mjs';
import { buildDemo } from './demo.mjs';
import { checkFuzzers } from './fuzz.mjs';
import { ensurePackages } from './packages.mjs';
import { checkStyle } from './style.mjs';
import { ensureToolchain } from './toolchain.mjs';

const project = fileURLToPath(new URL('..', import.meta.url));
const reports = join(project, 'build/tests');

/** `failures`: the names of what failed, where they are known. @typedef {{passed: number, failed: number, failures?: string[]}} Count */

/** Runs a program with its output shown; resolves with its exit code and what it printed. */
function show(command, options = {}) {
  return new Promise((resolve, reject) => {
    const [program, ...parameters] = command;
    const child = spawn(program, parameters, { cwd: project, stdio: ['ignore', 'pipe', 'inherit'], ...options });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
      process.stdout.write(chunk);
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

/** doctest's program in one flavour; `room` is a folder of tests/core. @returns {Promise<Count>} */
async function runCore(flavour, room) {
  const folder = await buildCore(flavour, ['core_tests']);
  const command = {
    native: [join(folder, 'core_tests')],
    simd: [process.execPath, join(folder, 'core_tests.cjs')],
    relaxed: [process.execPath, ...relaxedFlag(), join(folder, 'core_tests.cjs')],
  }[flavour];
  const options = ['--no-colors=true', ...(room ? [`--source-file=*/tests/core/${room}/*`] : [])];
  const { code, output } = await show([...command, ...options], {
    env: { ...process.env, UBSAN_OPTIONS: 'print_stacktrace=1' },
  });
  const found = /test cases:\s*(\d+) \|\s*(\d+) passed \|\s*(\d+) failed/.exec(output);
  // A program that ends without its closing line has crashed.
  if (!found) return { passed: 0, failed: 1 };
  const failed = Number(found[3]);
  const failures = output
    .split(/^={20,}$/m)
    .filter((part) => /ERROR: |FATAL ERROR/.test(part))
    .flatMap((part) => /^TEST CASE: {2}(.*)$/m.exec(part)?.[1] ?? []);
  return { passed: Number(found[2]), failed: failed === 0 && code !== 0 ? 1 : failed, failures };
}

/** Node 20 hides relaxed SIMD behind a flag that later versions do not know. */
function relaxedFlag() {
  return Number(process.versions.node.split('.')[0]) < 21 ? ['--experimental-wasm-relaxed-simd'] : [];
}

const firstLine = (text) => text.split('\n', 1)[0];

/** @returns {Promise<Count>} */
async function runVitest(name) {
  const report = join(reports, `${name}.json`);
  await mkdir(reports, { recursive: true });
  await rm(report, { force: true });
  const vitest = join(project, 'node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const config = ['--config', 'tests/vitest.config.ts'];
  const { code } = await show([process.execPath, vitest, 'run', ...config, '--project', name, ...reporters]);
  const result = JSON.parse(await readFile(report, 'utf8').catch(() => 'null'));
  if (!result) return { passed: 0, failed: 1 };
  const failed = result.numFailedTests;
  const failures = result.testResults.flatMap(({ name: file, message, status, assertionResults }) => [
    ...(status === 'failed' && message ? [`${relative(project, file)}: ${firstLine(message)}`] : []),
    ...assertionResults
      .filter((each) => each.status === 'failed')
      .map(
        ({ fullName, failureMessages: [first = ''] }) => `${relative(project, file)}: ${fullName}: ${firstLine(first)}`,
      ),
  ]);
  return { passed: result.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed, failures };
}

const runners = {
  native: (room) => runCore('native', room),
  simd: (room) => runCore('simd', room),
  relaxed: (room) => runCore('relaxed', room),
  conformance: checkConformance,
  compile: async () => {
    const { clangxx, nativeCompileFlags, env } = await ensureToolchain();
    return checkMustNotCompile([clangxx, ...nativeCompileFlags], { ...process.env, ...env });
  },
  fuzz: checkFuzzers,
  web: async () => {
    await ensureBuilt();
    return runVitest('web');
  },
  package: async () => {
    await ensureChromium();
    await ensureBuilt();
    return runVitest('package');
  },
  'real-models': async () => {
    await ensureBuilt();
    const folder = join(project, 'tests/real_models');
    await ensurePackages(console.log, { folder, size: '350 MB' });
    const { output } = await show([process.execPath, join(folder, 'run.mjs')]);
    const found = /real models: (\d+) passed, (\d+) failed/.exec(output);
    return found ? { passed: Number(found[1]), failed: Number(found[2]) } : { passed: 0, failed: 1 };
  },
  page: async () => {
    await ensureChromium();
    await ensureBuilt();
    await buildDemo();
    return runVitest('page');
  },
  style: checkStyle,
};

const [only, room] = process.argv.slice(2);
if (only && !Object.hasOwn(runners, only)) {
  console.error(`There is no runner '${only}'; there are ${Object.keys(runners).join(', ')}.`);
  process.exit(2);
}
await ensurePackages();
if (!only) await ensureChromium(); // what may be missing is best said first
/** @type {Record<string, Count>} */
const counts = {};
for (const [name, run] of Object.entries(runners)) {
  if (only && name !== only) continue;
  console.log(`\n== ${name}`);
  counts[name] = await run(room).catch((error) => {
    console.error(error.message ?? error);
    return { passed: 0, failed: 1 };
  });
}
console.log('');
for (const [name, { failures = [] }] of Object.entries(counts))
  for (const failure of failures) console.log(`failed, ${name}: ${failure}`);
for (const [name, { passed, failed }] of Object.entries(counts))
  console.log(`${name.padEnd(8)} ${passed} of ${passed + failed}`);
const sum = (key) => Object.values(counts).reduce((total, count) => total + count[key], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') > 0 || sum('passed') === 0 ? 1 : 0;
