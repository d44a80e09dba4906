/** LeNet: conv 5x5x32, pool, conv 5x5x64, pool, dense 128, dense 10 on 28x28. */
import { caller, expectEqual, race } from './measure.mjs';
import { flavours, openMlsec, openTrainer, ourName } from './mlsec.mjs';
import { lenetArchitecture, makeLenet, samplesOf } from './networks.mjs';
import { operationsOf } from './onnx_file.mjs';
import { openOnnxRuntime } from './onnxruntime.mjs';
import { openRegisterPeak } from './register_peak.mjs';
import { rowOf, simdRow } from './rows.mjs';
import { openTensorflow } from './tensorflow.mjs';

const tfjs = 'TensorFlow.js, wasm';
const ort = 'ONNX Runtime Web, wasm';

/** @type {Promise<Awaited<ReturnType<typeof makeLenet>>> | undefined} */
let lenet;
const lenetOnce = () => {
  lenet ??= makeLenet();
  return lenet;
};

/** In both builds, while `use` works with them. */
async function withOurs(use) {
  const { file } = await lenetOnce();
  const ours = [];
  for (const flavour of flavours) ours.push(await openMlsec(file, flavour));
  try {
    return await use(ours);
  } finally {
    for (const model of ours) model.close();
  }
}

/** The input gradient. One channel: no matter which way round the axes are. */
export const gradient = (rows, wanted) => (limits) =>
  withOurs(async (ours) => {
    const { network } = await lenetOnce();
    const { inputs, labels } = samplesOf([1, 28, 28], rows);
    const tensorflow = await openTensorflow(network, 'wasm');
    const expected = tensorflow.gradient(inputs.data, labels);
    for (const { name, gradient } of ours) expectEqual(name, (await gradient(inputs, labels)).data, expected);
    const peaks = [];
    for (const flavour of flavours) peaks.push(await openRegisterPeak(flavour));
    const figures = await race(
      [
        ...ours.map(({ name, gradient }) => caller(name, () => gradient(inputs, labels))),
        { ...caller(tfjs, () => tensorflow.gradient(inputs.data, labels)), prepare: tensorflow.prepare },
        ...peaks.map(({ name, call }) => caller(name, call)),
      ],
      limits,
    );
    const id = `lenet-gradient-${rows}`;
    const work = `LeNet input gradient, batch ${rows}`;
    // Forward, and the same number of operations back to the inputs.
    const operations = 2 * rows * operationsOf(network);
    const shares = flavours.map((flavour, index) => {
      const build = flavour === 'relaxed' ? '' : '-simd';
      const peak = peaks[index];
      return rowOf({
        id: `${id}/peak${build}`,
        work,
        name: ourName(flavour),
        ours: gigaflops(figures[ourName(flavour)], operations),
        against: peak.name,
        rival: gigaflops(figures[peak.name], peak.operations),
        atLeast: flavour === 'relaxed' ? wanted.peak : undefined,
        unit: 'GFLOP/s',
      });
    });
    return [
      rowOf({
        id: `${id}/tfjs-wasm`,
        work,
        ours: figures[ourName('relaxed')],
        against: tfjs,
        rival: figures[tfjs],
        atLeast: wanted.tfjs,
      }),
      ...shares,
      simdRow(id, work, figures),
    ];
  });

const gigaflops = ({ best, median }, operations) => ({
  best: operations / best / 1e6,
  median: operations / median / 1e6,
});

export const forward = (rows) => (limits) =>
  withOurs(async (ours) => {
    const made = await lenetOnce();
    const { inputs } = samplesOf([1, 28, 28], rows);
    const tensorflow = await openTensorflow(made.network, 'wasm');
    const onnxruntime = await openOnnxRuntime(made);
    const expected = tensorflow.forward(inputs.data);
    for (const { name, forward } of ours) expectEqual(name, await forward(inputs), expected);
    expectEqual(ort, await onnxruntime.forward(inputs.data), expected);
    const figures = await race(
      [
        ...ours.map(({ name, forward }) => caller(name, () => forward(inputs))),
        { ...caller(tfjs, () => tensorflow.forward(inputs.data)), prepare: tensorflow.prepare },
        caller(ort, () => onnxruntime.forward(inputs.data)),
      ],
      limits,
    );
    onnxruntime.close();
    const id = `lenet-forward-${rows}`;
    const work = `LeNet forward, batch ${rows}`;
    const against = (name, short) =>
      rowOf({
        id: `${id}/${short}`,
        work,
        ours: figures[ourName('relaxed')],
        against: name,
        rival: figures[name],
        atLeast: 2,
      });
    return [against(tfjs, 'tfjs-wasm'), against(ort, 'ort-wasm'), simdRow(id, work, figures)];
  });

/** Forward, gradients to all weights, Adam, and packing the new weights; against a gradient to the inputs only. */
export const trainingStep = (limits) =>
  withOurs(async (ours) => {
    const { parameters } = await lenetOnce();
    const { inputs, labels } = samplesOf([1, 28, 28], 32);
    const trainers = [];
    for (const { flavour, name, gradient } of ours) {
      const open = (rows) => openTrainer(lenetArchitecture, samplesOf([28, 28, 1], rows), parameters, flavour);
      // A single batch, and it is the one whose losses we know.
      const check = await open(32);
      const { losses } = await gradient(inputs, labels);
      const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
      expectEqual(`${name}: the loss of a training step`, [await check.firstLoss()], [mean]);
      check.close();
      trainers.push({ name: `${name}, step`, trainer: await open(2048) });
    }
    const figures = await race(
      [
        ...trainers.map(({ name, trainer }) => ({ name, run: (steps) => trainer.step(steps) })),
        ...ours.map(({ name, gradient }) => caller(name, () => gradient(inputs, labels))),
      ],
      limits,
    );
    for (const { trainer } of trainers) trainer.close();
    const id = 'training-step-32';
    const work = 'LeNet training step, batch 32';
    const steps = Object.fromEntries(
      flavours.map((flavour) => [ourName(flavour), figures[`${ourName(flavour)}, step`]]),
    );
    return [
      rowOf({
        id: `${id}/gradient`,
        work,
        ours: steps[ourName('relaxed')],
        against: 'own input gradient',
        rival: figures[ourName('relaxed')],
        atMost: 2.2,
      }),
      simdRow(id, work, steps),
    ];
  });

/** The gradients of all ten logits, against one gradient. */
export const jacobian = (limits) =>
  withOurs(async (ours) => {
    const { inputs, labels } = samplesOf([1, 28, 28], 32);
    for (const { name, gradient, jacobian } of ours) {
      const found = gradientFrom(await jacobian(inputs), labels);
      expectEqual(`${name}: the gradient from the Jacobian`, found, (await gradient(inputs, labels)).data);
    }
    const figures = await race(
      ours.flatMap(({ name, gradient, jacobian }) => [
        caller(`${name}, Jacobian`, () => jacobian(inputs)),
        caller(name, () => gradient(inputs, labels)),
      ]),
      limits,
    );
    const id = 'jacobian-32';
    const work = 'LeNet, Jacobian of 10 logits, batch 32';
    const jacobians = Object.fromEntries(
      flavours.map((flavour) => [ourName(flavour), figures[`${ourName(flavour)}, Jacobian`]]),
    );
    return [
      rowOf({
        id: `${id}/gradient`,
        work,
        ours: jacobians[ourName('relaxed')],
        against: 'own input gradient',
        rival: figures[ourName('relaxed')],
        atMost: 6,
      }),
      simdRow(id, work, jacobians),
    ];
  });

/** What the chain rule makes of it: the gradient of cross-entropy is the sum of the logits' gradients, weighted by
 * probability, minus that of the true class. */
function gradientFrom({ data, logits }, labels) {
  const classes = logits.length / labels.length;
  const size = data.length / logits.length;
  const gradient = new Float32Array(labels.length * size);
  for (const [row, label] of labels.entries()) {
    const powers = Array.from(logits.subarray(row * classes, (row + 1) * classes), Math.exp);
    const sum = powers.reduce((total, power) => total + power, 0);
    for (const [k, power] of powers.entries()) {
      const weight = power / sum - Number(k === label);
      const from = (row * classes + k) * size;
      for (let i = 0; i < size; i++) gradient[row * size + i] += weight * data[from + i];
    }
  }
  return gradient;
}
