/**
 * How many samples a second a training step takes: forward, all gradients, Adam, and packing the new weights.
 *     npm run bench -- training [--json] [--quick]
 * mlsec beside TensorFlow.js and, where python3 (or MLSEC_TORCH_PYTHON) has torch, native PyTorch; then mlsec's own
 * workers. All through public interfaces, what they copy included. Before anything is timed, each takes the same three
 * steps from the same weights, and the losses are compared. Writes bench/results/training.*, but not on a machine that
 * others keep busy, and not with --quick, which tries all of it out on little.
 */
import { busyShare, csv, ensureRivals, interleave, machine, nameOf, table, writeResults } from './comparing.mjs';
import { pythonVersionOf } from './torch.mjs';
import { openMlsec, trainTogether, withWeights } from './training/mlsec.mjs';
import { taskOf } from './training/task.mjs';
import { openTorch } from './training/torch.mjs';

const options = process.argv.slice(2);
const quick = options.includes('--quick');
const limits = quick ? { repetitions: 2, seconds: 5 } : { repetitions: 15, seconds: 60 };
/** Of a contestant that would need longer for one step, nothing is measured. */
const longestStep = quick ? 5 : 180;
const log = (line) => console.error(line);

await ensureRivals(log);
const tensorflow = await import('./training/tensorflow.mjs');
const torch = await pythonVersionOf('torch');
const where = machine();
const versions = { 'TensorFlow.js': tensorflow.version, PyTorch: torch ?? 'not found' };

const openers = {
  'mlsec, relaxed': (task) => openMlsec(task, 'relaxed'),
  'mlsec, simd': (task) => openMlsec(task, 'simd'),
  'TensorFlow.js, wasm': (task) => tensorflow.openTensorflow(task, 'wasm'),
  'TensorFlow.js, cpu': (task) => tensorflow.openTensorflow(task, 'cpu'),
  ...(torch && { 'PyTorch, native, one thread': openTorch }),
};

/**
 * Three steps on few samples by everybody.
 * @returns {Promise<Record<string, {secondsPerSample: number} | {problem: string}>>}
 */
async function check(architecture) {
  const task = await withWeights(await taskOf(architecture, 8, 8));
  const found = {};
  let expected;
  for (const [name, open] of Object.entries(openers)) {
    log(`${architecture}: ${name} takes three steps`);
    try {
      const contestant = await open(task);
      const { losses, seconds } = await contestant.train(3);
      await contestant.close();
      expected ??= losses;
      const difference = Math.max(...losses.map((loss, step) => Math.abs(loss / expected[step] - 1)));
      if (!(difference < 1e-3)) throw new Error(`Losses ${losses} instead of ${expected}.`);
      found[name] = { secondsPerSample: seconds / 24 };
    } catch (error) {
      if (name.startsWith('mlsec')) throw error;
      found[name] = { problem: error.message };
    }
  }
  return found;
}

async function compare(architecture, batch, checked) {
  const task = await withWeights(await taskOf(architecture, batch, Math.max(2048, batch)));
  const rows = [];
  const contestants = [];
  for (const [name, open] of Object.entries(openers)) {
    const { problem, secondsPerSample } = checked[name];
    const step = secondsPerSample * batch;
    if (problem) rows.push({ name, remark: problem });
    else if (step > longestStep) {
      const rate = (1 / secondsPerSample).toPrecision(2);
      rows.push({ name, remark: `${rate} in batches of 8; a step would take about ${Math.round(step)} s` });
    } else contestants.push(await open(task));
  }
  const measured = [];
  for (const contestant of contestants) {
    log(`${architecture}, batch ${batch}: ${contestant.name} warms up`);
    const slow = checked[contestant.name].secondsPerSample * batch > 5;
    if (!slow) await contestant.train(2);
    const { seconds } = slow ? { seconds: Infinity } : await contestant.train(1);
    const steps = Math.min(500, Math.max(1, Math.round((quick ? 0.05 : 0.5) / seconds)));
    measured.push({
      name: contestant.name,
      repeat: async () => (steps * batch) / (await contestant.train(steps)).seconds,
    });
  }
  log(`${architecture}, batch ${batch}: measuring`);
  rows.push(...(await interleave(measured, limits)));
  for (const contestant of contestants) await contestant.close();
  const ours = rows.find(({ name }) => name === 'mlsec, relaxed').median;
  return Object.keys(openers)
    .map((name) => rows.find((row) => row.name === name))
    .map((row) => ({ architecture, batch, ...row, ratio: row.median && ours / row.median }));
}

async function shareBetweenWorkers(architecture, batch) {
  const batches = { mlp: quick ? 8 : 64, lenet: quick ? 2 : 8 }[architecture];
  const task = await taskOf(architecture, batch, batches * batch);
  let expected;
  const contestants = [1, 2, 4].map((workers) => ({
    name: String(workers),
    async repeat() {
      const { losses, samplesPerSecond } = await trainTogether(task, workers);
      expected ??= losses.join();
      if (losses.join() !== expected) throw new Error(`${workers} workers have other losses than one.`);
      return samplesPerSecond;
    },
  }));
  log(`${architecture}, batch ${batch}: one, two and four workers`);
  const rows = await interleave(contestants, quick ? limits : { repetitions: 9, seconds: 60 });
  return rows.map(({ name, ...row }) => ({
    architecture,
    batch,
    workers: Number(name),
    ...row,
    ratio: row.median / rows[0].median,
  }));
}

const comparison = [];
const sharing = [];
let busy = 0;
const lookAround = async () => {
  busy = Math.max(busy, await busyShare());
};
for (const architecture of ['mlp', 'lenet']) {
  const checked = await check(architecture);
  for (const batch of [32, 256]) {
    await lookAround();
    comparison.push(...(await compare(architecture, batch, checked)));
  }
  await lookAround();
  sharing.push(...(await shareBetweenWorkers(architecture, 256)));
}
await lookAround();

const comparisonColumns = ['architecture', 'batch', 'name', 'median', 'best', 'repetitions', 'ratio', 'remark'];
const sharingColumns = ['architecture', 'batch', 'workers', 'median', 'best', 'repetitions', 'ratio'];
const report = `# Training, samples a second

\`npm run bench -- training\`: steps of Adam on the first 2,048 images of MNIST, each step with everything that belongs to
it: forward, all gradients, new weights, packing them, and the copies that the interface makes. \`mlp\` is 784-128-10,
\`lenet\` has convolutions of 32 and 64 filters of 5x5 and 128 hidden units (454,922 parameters). Interleaved repetitions of
about half a second, or of one step where that is longer; before them, everybody's losses of three steps from the same
weights agreed within a thousandth.

${nameOf(where)}; TensorFlow.js ${versions['TensorFlow.js']}, PyTorch ${versions.PyTorch}. Other programs took at most
${Math.round(100 * busy)} % of the machine.

Ratio: how many times as fast \`mlsec, relaxed\` is, by medians.

${table(comparisonColumns, comparison)}

One training shared by several workers, between the reports of the first batch and the last; all have the same losses, bit
for bit. Ratio: to one worker.

${table(sharingColumns, sharing)}
`;
const json = `${JSON.stringify({ machine: where, busy, versions, comparison, sharing }, null, 2)}\n`;
console.log(options.includes('--json') ? json : report);
if (busy > 0.1) log(`Others took ${Math.round(100 * busy)} % of the machine: nothing is written.`);
if (!quick && busy <= 0.1) {
  const all = [
    ...comparison.map((row) => ({ ...row, workers: 1 })),
    ...sharing.map((row) => ({ ...row, name: 'mlsec, shared' })),
  ];
  await writeResults('training', {
    md: report,
    json,
    csv: csv(['architecture', 'batch', 'name', 'workers', 'median', 'best', 'repetitions', 'ratio', 'remark'], all),
  });
}
const { close } = await import('../dist/index.js');
await close();
