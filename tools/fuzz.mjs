/**
 * Fuzzes the readers of files (https://llvm.org/docs/LibFuzzer.html):
 *     npm run fuzz -- onnx 600          one target, so many seconds; 60 without
 *     npm run fuzz -- onnx build/fuzz/findings/onnx-crash-...     what was found, once more
 *     npm run fuzz -- coverage          the lines of the readers that all corpora reach
 * What it learns stays in build/fuzz/corpus/TARGET, what it finds in build/fuzz/findings.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildCore } from './core.mjs';
import { ensureOnnxTests } from './onnx_tests.mjs';
import { ensureToolchain } from './toolchain.mjs';

const project = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);

/**
 * `runs` is what `npm test` does beside the corpus: a few seconds. `words` are sources whose strings are worth trying,
 * `sources` those whose coverage counts.
 * @type {Record<string, {runs: number, longest: number, words: string[], sources: string[]}>}
 */
export const targets = {
  onnx: {
    runs: 6_000,
    longest: 20_000,
    words: ['src/formats/onnx_folding.cpp', 'src/formats/constant_folding.cpp', 'src/nn/operations/*'],
    sources: [
      'src/formats/onnx_*.cpp',
      'src/formats/graph_*.cpp',
      'src/formats/{constant_folding,batch_norm_folding,classifier_outputs}.cpp',
      'src/formats/{model_graph,model_description,preprocessing,metadata,inspection}.cpp',
    ],
  },
  safetensors: {
    runs: 20_000,
    longest: 10_000,
    words: ['src/formats/safetensors.cpp'],
    sources: ['src/formats/safetensors*.cpp'],
  },
  npy: { runs: 100_000, longest: 2_000, words: ['src/formats/npy.cpp'], sources: ['src/formats/{npy,array_file}.cpp'] },
  // The elements of arrays (array_file.cpp) count where every type of them occurs, which is .npy.
  idx: { runs: 100_000, longest: 500, words: [], sources: ['src/formats/idx.cpp'] },
  csv: { runs: 50_000, longest: 2_000, words: [], sources: ['src/formats/csv*.cpp'] },
  json: { runs: 100_000, longest: 2_000, words: [], sources: ['src/base/json_reader.cpp'] },
  architecture: {
    runs: 10_000,
    longest: 5_000,
    words: ['src/nn/architecture.cpp', 'src/nn/operations/*'],
    sources: ['src/nn/architecture.cpp'],
  },
  tfjs: {
    runs: 10_000,
    longest: 20_000,
    words: ['src/formats/tfjs*.cpp'],
    sources: ['src/formats/tfjs*.cpp'],
  },
};

const limits = ['-rss_limit_mb=2048', '-timeout=10'];

/** The folder with the programs. */
async function build(flavour = 'fuzz') {
  return buildCore(flavour, ['fuzzers']);
}

/** libFuzzer's options for a target, its dictionary among them. */
async function optionsOf(target, folder) {
  const { longest, words } = targets[target];
  const found = new Set();
  for (const pattern of words)
    for await (const file of filesOf(pattern))
      for (const [, word] of (await readFile(file, 'utf8')).matchAll(/"([A-Za-z_]\w{1,30})"/g)) found.add(word);
  const dictionary = join(folder, `${target}.dict`);
  await writeFile(dictionary, [...found].map((word) => `"${word}"\n`).join(''));
  const findings = join(project, 'build/fuzz/findings');
  await mkdir(findings, { recursive: true });
  const dictionaries = found.size > 0 ? [`-dict=${dictionary}`] : []; // an empty one is refused
  return [...limits, `-max_len=${longest}`, ...dictionaries, `-artifact_prefix=${findings}/${target}-`];
}

/** Files of the project by one of the patterns above: a `*` in the name, or names in braces. */
async function* filesOf(pattern) {
  const folder = join(project, pattern.slice(0, pattern.lastIndexOf('/')));
  const name = pattern.slice(pattern.lastIndexOf('/') + 1);
  const expression = new RegExp(
    `^${name
      .replaceAll('.', '\\.')
      .replaceAll('*', '.*')
      .replace(/\{(.*)\}/, (_, names) => `(${names.replaceAll(',', '|')})`)}$`,
  );
  for (const entry of await readdir(folder)) if (expression.test(entry)) yield join(folder, entry);
}

/**
 * What the tests and ONNX's conformance cases read, files of other programs, and architectures of the shipped models.
 * @returns {Promise<string>} the folder of these seeds
 */
async function writeSeeds(folder) {
  const seeds = join(folder, 'seeds-of-tests');
  await rm(seeds, { recursive: true, force: true });
  const listening = { env: { ...process.env, MLSEC_SEEDS: seeds }, maxBuffer: 1 << 26 };
  await run(join(folder, 'seeds'), ['--no-colors=true'], listening);
  const suites = await ensureOnnxTests();
  for (const suite of ['node', 'pytorch-converted', 'pytorch-operator', 'simple']) {
    const cases = (await readdir(join(suites, suite))).map((name) => join(suites, suite, name));
    await run(join(folder, 'conformance_seeds'), cases, listening);
  }
  const exported = JSON.parse(await readFile(join(project, 'tests/package/exported_models.json'), 'utf8'));
  for (const { name, onnx } of exported)
    await writeFile(join(seeds, 'onnx', name.replaceAll(' ', '-')), Buffer.from(onnx, 'base64'));
  await mkdir(join(seeds, 'architecture'), { recursive: true });
  const models = join(project, 'web/models');
  for (const file of await readdir(models)) {
    if (!file.endsWith('.recipe.json')) continue;
    const { architecture } = JSON.parse(await readFile(join(models, file), 'utf8'));
    await writeFile(join(seeds, 'architecture', file), JSON.stringify(architecture));
  }
  const fixtures = await readFile(join(project, 'tests/core/formats/safetensors_fixtures.hpp'), 'utf8');
  for (const [index, [, architecture]] of [...fixtures.matchAll(/R"\((.*)\)"/g)].entries())
    await writeFile(join(seeds, 'architecture', `fixture-${index}`), architecture);
  return seeds;
}

const folderOf = (root, target) => join(root, target);
const committed = (target) => join(project, 'tests/fuzz/corpus', target);

async function existing(folders) {
  const kept = [];
  for (const folder of folders)
    if (
      await readdir(folder).then(
        (files) => files.length > 0,
        () => false,
      )
    )
      kept.push(folder);
  return kept;
}

/** Runs a program with its output shown; resolves with its exit code. */
function show(program, parameters, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, { stdio: 'inherit', env: { ...process.env, ...env } });
    child.once('error', reject);
    child.once('close', resolve);
  });
}

async function environment() {
  const { clangxx } = await ensureToolchain();
  return {
    ASAN_SYMBOLIZER_PATH: clangxx.replace(/clang\+\+$/, 'llvm-symbolizer'),
    UBSAN_OPTIONS: 'print_stacktrace=1',
  };
}

/**
 * Every seed and a short run of each target, always the same; as many tests as there are targets.
 * @returns {Promise<{passed: number, failed: number}>}
 */
export async function checkFuzzers() {
  const folder = await build();
  const seeds = await writeSeeds(folder);
  const env = { ...process.env, ...(await environment()) };
  let failed = 0;
  const check = async (target) => {
    const learned = join(folder, 'test', target);
    await rm(learned, { recursive: true, force: true });
    await mkdir(learned, { recursive: true });
    const known = await existing([committed(target), folderOf(seeds, target)]);
    let files = 0;
    for (const each of known) files += (await readdir(each)).length;
    const parameters = [...(await optionsOf(target, folder)), `-runs=${files + targets[target].runs}`, '-seed=1'];
    try {
      if (files === 0) throw new Error('there are no seeds');
      await run(join(folder, `${target}_fuzzer`), [...parameters, learned, ...known], { env, maxBuffer: 1 << 28 });
      // The shipped models are too large to be changed; they are read as they are.
      if (target === 'onnx') {
        const models = (await readdir(join(project, 'web/models'))).filter((file) => file.endsWith('.onnx'));
        const paths = models.map((file) => join(project, 'web/models', file));
        await run(join(folder, 'onnx_fuzzer'), [...limits, ...paths], { env, maxBuffer: 1 << 28 });
      }
      console.log(`${target}: ${files} seeds and ${targets[target].runs} runs`);
    } catch (error) {
      failed++;
      console.log(`${target}: failed\n${`${error.stderr ?? error}`.slice(-4000)}`);
    }
  };
  const waiting = Object.keys(targets);
  const lane = async () => {
    for (let target = waiting.shift(); target; target = waiting.shift()) await check(target);
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), waiting.length) }, lane));
  const count = Object.keys(targets).length;
  return { passed: count - failed, failed };
}

async function fuzz(target, seconds) {
  const folder = await build();
  const seeds = await writeSeeds(folder);
  const corpus = join(folder, 'corpus', target);
  await mkdir(corpus, { recursive: true });
  const known = await existing([committed(target), folderOf(seeds, target)]);
  const parameters = [...(await optionsOf(target, folder)), `-max_total_time=${seconds}`, '-print_final_stats=1'];
  return show(join(folder, `${target}_fuzzer`), [...parameters, corpus, ...known], await environment());
}

/** Lines of the readers that the corpora reach. */
async function coverage() {
  const folder = await build('fuzz-coverage');
  const corpora = await build();
  const seeds = await writeSeeds(corpora);
  const { clangxx } = await ensureToolchain();
  const tool = (name) => clangxx.replace(/clang\+\+$/, name);
  for (const [target, { sources, longest }] of Object.entries(targets)) {
    const program = join(folder, `${target}_fuzzer`);
    const raw = join(folder, `${target}.profraw`);
    const known = await existing([join(corpora, 'corpus', target), committed(target), folderOf(seeds, target)]);
    await run(program, ['-runs=0', `-max_len=${longest}`, ...limits, ...known], {
      env: { ...process.env, LLVM_PROFILE_FILE: raw },
      maxBuffer: 1 << 28,
    });
    await run(tool('llvm-profdata'), ['merge', '-sparse', raw, '-o', `${raw}.merged`]);
    const files = [];
    for (const pattern of sources) for await (const file of filesOf(pattern)) files.push(file);
    const { stdout } = await run(
      tool('llvm-cov'),
      ['export', '-summary-only', program, `-instr-profile=${raw}.merged`, ...files],
      { maxBuffer: 1 << 28 },
    );
    const { data } = JSON.parse(stdout);
    const { lines } = data[0].totals;
    console.log(`${target}: ${lines.covered} of ${lines.count} lines, ${lines.percent.toFixed(1)} %`);
    for (const file of data[0].files)
      console.log(`    ${basename(file.filename)}: ${file.summary.lines.percent.toFixed(1)} %`);
  }
}

async function main([target, given = '60']) {
  if (target === 'coverage') return coverage();
  if (!Object.hasOwn(targets, target ?? '')) {
    console.error(`Which target? npm run fuzz -- TARGET [SECONDS], TARGET one of ${Object.keys(targets).join(', ')}.`);
    return 2;
  }
  if (/^\d+$/.test(given)) return fuzz(target, Number(given));
  const folder = await build();
  return show(join(folder, `${target}_fuzzer`), [...limits, given], await environment());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = (await main(process.argv.slice(2))) ?? 0;
