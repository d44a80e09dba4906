/**
 * How fast the engine is, beside others and beside what the machine can do.
 *     npm run bench -- engine [--json] [--quick] [--only ID[,ID…]]
 * mlsec, TensorFlow.js and ONNX Runtime Web through their public interfaces in one run, what they copy included, one
 * thread each; attacks beside Foolbox and torchattacks, where python3 (or MLSEC_TORCH_PYTHON) has them, see
 * engine/requirements.txt. Before anything is timed, everybody's results are compared. Writes bench/results/engine.*, but
 * not on a machine that others keep busy, not of a part of the rows, and not with --quick, which tries all of it out.
 */
import { busyShare, csv, ensureRivals, machine, nameOf, table, writeResults } from './comparing.mjs';

const options = process.argv.slice(2);
const quick = options.includes('--quick');
const log = (line) => console.error(line);

await ensureRivals(log);
const { denseRow } = await import('./engine/dense_row.mjs');
const { firstPrediction } = await import('./engine/first_prediction.mjs');
const { lenetForward } = await import('./engine/lenet_forward.mjs');
const { lenetGradient } = await import('./engine/lenet_gradient.mjs');
const { jacobian } = await import('./engine/jacobian.mjs');
const { mobilenetBlock } = await import('./engine/mobilenet.mjs');
const { pgdBeside } = await import('./engine/pgd_torch.mjs');
const { pgdWorkers } = await import('./engine/pgd_workers.mjs');
const { roundTrip } = await import('./engine/round_trip.mjs');
const { trainingStep } = await import('./engine/training_step.mjs');
const versions = await (await import('./engine/versions.mjs')).versions();

const measurements = {
  'lenet-gradient-32': lenetGradient(32, { tfjs: 10, peak: 0.65 }),
  'lenet-gradient-1': lenetGradient(1, { tfjs: 9 }),
  'lenet-forward-1': lenetForward(1, 2),
  'lenet-forward-32': lenetForward(32, 2),
  'training-step-32': trainingStep,
  'dense-784x128-1': denseRow,
  'mobilenet-block-gradient': mobilenetBlock,
  'jacobian-32': jacobian,
  'pgd-workers': pgdWorkers,
  'pgd-torch-1': pgdBeside(1, { atLeast: 1 }),
  'pgd-torch-100': pgdBeside(100, { atMost: 1.8 }),
  'first-prediction': firstPrediction,
};

const only = options.includes('--only') ? (options[options.indexOf('--only') + 1] ?? '').split(',') : [];
for (const id of only) {
  if (Object.hasOwn(measurements, id)) continue;
  console.error(`There is no '${id}'. What can be measured: ${Object.keys(measurements).join(', ')}`);
  process.exit(2);
}

// Many short repetitions: the best of them is one that nothing disturbed.
const limits = quick
  ? { repetitions: 5, seconds: 5, repetitionSeconds: 0.02, warmUpSeconds: 0.3 }
  : { repetitions: 50, seconds: 15, repetitionSeconds: 0.05, warmUpSeconds: 1 };
let busy = 0;
const lookAround = async () => {
  busy = Math.max(busy, await busyShare());
};

const rows = [];
for (const [id, measure] of Object.entries(measurements)) {
  if (only.length > 0 && !only.includes(id)) continue;
  await lookAround();
  log(id);
  try {
    rows.push(...(await measure(limits, { quick })));
  } catch (error) {
    // One that cannot be measured says so, and the others are.
    rows.push({ id, remark: error.message });
    process.exitCode = 1;
  }
}
const emptyCall = await roundTrip(limits);
await lookAround();

const where = machine();
const judged = rows.filter(({ reached }) => reached !== undefined);
const report = `# The engine

\`npm run bench\`: milliseconds a call, or GFLOP/s, of interleaved repetitions; one thread each unless it says otherwise; through
public interfaces, what they copy included. Everybody's results agreed before they were timed. LeNet is conv 5x5x32, pool,
conv 5x5x64, pool, dense 128, dense 10 on 28x28; the MobileNet block is a depthwise 3x3 and a 1x1 convolution on 56x56x64,
then global average pooling and dense 10. \`registers\` is a loop of multiplications and additions that never touches memory:
the most that WebAssembly can do here.

${nameOf(where)}; other programs took at most ${Math.round(100 * busy)} % of it.
${Object.entries(versions)
  .map((entry) => entry.join(' '))
  .join(', ')}.

A call that does nothing, a message to the worker and one back, took ${inUnit(emptyCall.best, 'ms')} at best and
${inUnit(emptyCall.median, 'ms')} by median; that is part of every call of mlsec.

Ratio: with "at least", how many times as fast ours is; with "at most", how many times as long it takes. Of best figures.
${judged.filter(({ reached }) => reached).length} of ${judged.length} reach what is wanted.

${table(Object.keys(cells({})), rows.map(cells))}
`;
const json = `${JSON.stringify({ machine: where, busy, versions, emptyCall, rows }, null, 2)}\n`;
console.log(options.includes('--json') ? json : report);
if (busy > 0.1) log(`Others took ${Math.round(100 * busy)} % of the machine: nothing is written.`);
if (!quick && only.length === 0 && busy <= 0.1) {
  const names = ['id', 'work', 'name', 'against', 'unit', 'ours', 'oursMedian', 'rival', 'rivalMedian', 'ratio'];
  names.push('ratioOfMedians', 'bound', 'wanted', 'reached', 'remark');
  await writeResults('engine', { md: report, json, csv: csv(names, rows) });
}
const { close } = await import('../dist/index.js');
close();

/** What the table says of a row. */
function cells({ id, name, ours, oursMedian, against, rival, rivalMedian, ratio, ratioOfMedians, unit, ...row }) {
  return {
    id,
    ours: name,
    best: inUnit(ours, unit),
    median: inUnit(oursMedian, unit),
    against,
    'its best': inUnit(rival, unit),
    'its median': inUnit(rivalMedian, unit),
    ratio,
    'by medians': ratioOfMedians,
    wanted: row.wanted && `${row.bound} ${row.wanted}`,
    reached: row.reached === undefined ? '' : row.reached ? 'yes' : 'no',
    remark: row.remark,
  };
}

function inUnit(value, unit) {
  return value && `${value >= 1000 ? Math.round(value) : value.toPrecision(3)} ${unit}`;
}
