/**
 * Runs ONNX's conformance suite natively and closes with "conformance: N passed, N refused, N failed".
 *     npm run conformance              the tally by operation
 *     npm run conformance -- refused   and every case that was refused, with the reason
 *
 * With --write it also brings the tally in docs/conformance.md up to date.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildCore } from './core.mjs';
import { ensureOnnxTests } from './onnx_tests.mjs';
import { tryRun } from './toolchain/run.mjs';

const project = fileURLToPath(new URL('..', import.meta.url));
const suites = ['node', 'pytorch-converted', 'pytorch-operator', 'simple'];

/** @typedef {{verdict: 'passed' | 'refused' | 'failed', suite: string, name: string, operations: string, reason: string}} Case */

/**
 * @param {{log?: (line: string) => void}} [options]
 * @returns {Promise<Case[]>}
 */
export async function runConformance({ log = console.log } = {}) {
  const root = await ensureOnnxTests({ log });
  const program = join(await buildCore('native', ['conformance'], { log }), 'conformance');
  /** @type {Case[]} */
  const cases = [];
  for (const suite of suites) {
    const folders = (await readdir(join(root, suite))).sort().map((name) => join(root, suite, name));
    const { code, output, errors } = await tryRun([program, ...folders]);
    for (const line of output.trimEnd().split('\n')) {
      const [verdict, name, operations, reason] = line.split('\t');
      cases.push({ verdict: /** @type {Case['verdict']} */ (verdict), suite, name, operations, reason });
    }
    // A crash is a failure of the case that it was about to print.
    if (code !== 0)
      cases.push({ verdict: 'failed', suite, name: `after ${cases.at(-1)?.name}`, operations: '', reason: errors });
  }
  return cases;
}

/** @param {Case[]} cases of single operations, as the suite "node" has them */
function tallyOf(cases) {
  /** @type {Map<string, Record<Case['verdict'], number>>} */
  const tally = new Map();
  for (const { verdict, operations } of cases) {
    for (const operation of operations.split(' ').filter(Boolean)) {
      const row = tally.get(operation) ?? { passed: 0, refused: 0, failed: 0 };
      row[verdict]++;
      tally.set(operation, row);
    }
  }
  return [...tally].sort(([a], [b]) => a.localeCompare(b));
}

/** @param {Case[]} cases */
function count(cases) {
  const of = (verdict) => cases.filter((each) => each.verdict === verdict).length;
  return { passed: of('passed'), refused: of('refused'), failed: of('failed') };
}

/** The tables of docs/conformance.md. @param {Case[]} cases */
function tablesOf(cases) {
  const read = tallyOf(cases).filter(([, row]) => row.passed > 0);
  const bySuite = suites.map((suite) => [suite, count(cases.filter((each) => each.suite === suite))]);
  const lines = (rows) =>
    rows.map(([name, { passed, refused, failed }]) => `| ${name} | ${passed} | ${refused} | ${failed} |`);
  return [
    '| operation | passed | refused | failed |',
    '|---|---:|---:|---:|',
    ...lines(read),
    '',
    '| suite | passed | refused | failed |',
    '|---|---:|---:|---:|',
    ...lines(bySuite),
  ].join('\n');
}

const documentation = join(project, 'docs/conformance.md');
const tablesInText = /(?<=<!-- tally -->\n)[\s\S]*(?=\n<!-- end -->)/;

/** For `npm test`: a case that no longer passes shows as another tally. */
export async function checkConformance() {
  const cases = await runConformance();
  const { passed, failed } = count(cases);
  const documented = tablesInText.exec(await readFile(documentation, 'utf8'))?.[0];
  if (documented === tablesOf(cases)) return { passed, failed };
  console.error('The tally in docs/conformance.md is another one: see npm run conformance -- --write.');
  return { passed, failed: failed + 1 };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const cases = await runConformance();
  if (process.argv.includes('refused'))
    for (const each of cases.filter(({ verdict }) => verdict === 'refused'))
      console.log(`${each.suite}/${each.name}: ${each.reason}`);
  for (const each of cases.filter(({ verdict }) => verdict === 'failed'))
    console.log(`FAILED ${each.suite}/${each.name}: ${each.reason}`);
  console.log(tablesOf(cases));
  if (process.argv.includes('--write')) {
    const text = await readFile(documentation, 'utf8');
    await writeFile(
      documentation,
      text.replace(tablesInText, () => tablesOf(cases)),
    );
  }
  const { passed, refused, failed } = count(cases);
  console.log(`\nconformance: ${passed} passed, ${refused} refused, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}
