// Small models as TensorFlow.js writes them, with what TensorFlow.js itself makes of a batch: writes
// tests/core/formats/tfjs_models.inc.
//
//     node tests/oracles/tfjs_models.mjs [folder whose node_modules has @tensorflow/tfjs 4.22.0; by default bench]
//
// Weights are drawn by a rule of this file and inputs follow one that the tests know, too (`inputs`), so the same version
// of the library gives the same file.

import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { graphModels } from './tfjs_graph_models.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const folder = resolve(process.argv[2] ?? resolve(here, '../../bench'));
const tf = createRequire(`${folder}/`)('@tensorflow/tfjs');
await tf.setBackend('cpu');
const { layers } = tf;
const rows = 2;

/** Numbers from -0.5 to 0.5, by a linear congruential generator. */
let state = 1;
function random() {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.fround(state / 2 ** 32 - 0.5);
}
const randoms = (count) => Float32Array.from({ length: count }, random);

/** The inputs of the tests: whole numbers from 0 on where `tokens` says how many there are. */
function inputs(shape, tokens) {
  const count = rows * shape.reduce((product, extent) => product * extent, 1);
  const values = Float32Array.from({ length: count }, (_, i) =>
    tokens ? (i * 7 + 3) % tokens : Math.fround((((i * 37 + 11) % 101) - 50) / 64),
  );
  return tf.tensor(values, [rows, ...shape]);
}

function sequential(...list) {
  const model = tf.sequential();
  for (const layer of list) model.add(layer);
  return model;
}

const relu = { activation: 'relu' };
const same = { padding: 'same' };

function activations() {
  const input = tf.input({ shape: [6] });
  const names = ['elu', 'hardSigmoid', 'linear', 'relu', 'relu6', 'selu', 'sigmoid', 'softmax', 'softplus', 'softsign'];
  names.push('tanh', 'swish', 'mish', 'gelu');
  const made = names.map((activation) => layers.dense({ units: 3, activation }).apply(input));
  made.push(layers.leakyReLU({ alpha: 0.2 }).apply(input), layers.elu().apply(input));
  made.push(layers.reLU({ maxValue: 0.25 }).apply(input), layers.softmax().apply(input));
  made.push(layers.activation({ activation: 'tanh' }).apply(input), layers.prelu({}).apply(input));
  const all = layers.concatenate().apply(made);
  return tf.model({ inputs: input, outputs: layers.dense({ units: 5 }).apply(all) });
}

function merges() {
  const input = tf.input({ shape: [5, 4, 2], name: 'picture' });
  const shared = layers.conv2d({ filters: 3, kernelSize: 2, padding: 'same', name: 'shared' });
  const a = shared.apply(input);
  const b = layers.conv2d({ filters: 2, kernelSize: 3, padding: 'same', ...relu }).apply(input);
  const c = shared.apply(b);
  const sum = layers.add().apply([a, c, layers.reLU().apply(c)]);
  const product = layers.multiply().apply([a, c]);
  const mean = layers.average().apply([sum, product, a]);
  const largest = layers.maximum().apply([a, mean]);
  const least = layers.minimum().apply([mean, c]);
  const side = layers.concatenate({ axis: 3 }).apply([largest, least, b]);
  const below = layers.concatenate({ axis: 1 }).apply([side, layers.reLU().apply(side)]);
  const pooled = layers.globalAveragePooling2d({}).apply(below);
  return tf.model({ inputs: input, outputs: layers.dense({ units: 4 }).apply(pooled) });
}

function nested() {
  const body = sequential(
    layers.conv2d({ filters: 3, kernelSize: 3, inputShape: [6, 6, 2], ...relu }),
    layers.flatten(),
    layers.dense({ units: 4, name: 'inner' }),
  );
  const left = tf.input({ shape: [6, 6, 2] });
  const twice = layers.reLU().apply(left);
  const towers = [body.apply(left), body.apply(twice)];
  const joined = layers.concatenate().apply(towers);
  const model = tf.model({ inputs: left, outputs: layers.dense({ units: 3 }).apply(joined) });
  return sequential(model, layers.dense({ units: 3 }));
}

function borders() {
  return sequential(
    layers.zeroPadding2d({ padding: [[1, 2], [0, 1]], inputShape: [4, 5, 2] }),
    layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: 'same', ...relu }),
    layers.cropping2D({ cropping: [[1, 2], [2, 0]] }),
    layers.conv2dTranspose({ filters: 2, kernelSize: 2, strides: 3, padding: 'valid' }),
    layers.maxPooling2d({ poolSize: 3 }),
    layers.upSampling2d({ size: [2, 3] }),
    layers.upSampling2d({ size: [2, 1], interpolation: 'bilinear' }),
    layers.conv2dTranspose({ filters: 2, kernelSize: 4, strides: 2, padding: 'same', useBias: false }),
    layers.averagePooling2d({ poolSize: [5, 4], strides: [9, 8], padding: 'same' }),
    layers.prelu({ sharedAxes: [1, 2] }),
    layers.permute({ dims: [3, 1, 2] }),
    layers.reshape({ targetShape: [4, 40] }),
    layers.prelu({ sharedAxes: [2] }),
    layers.flatten(),
    layers.dense({ units: 3 }),
  );
}

function lines() {
  return sequential(
    layers.embedding({ inputDim: 11, outputDim: 5, inputLength: 9 }),
    layers.conv1d({ filters: 4, kernelSize: 3, padding: 'same', dilationRate: 2, ...relu }),
    layers.spatialDropout1d({ rate: 0.5 }),
    layers.layerNormalization(),
    layers.maxPooling1d({ poolSize: 2 }),
    layers.conv1d({ filters: 6, kernelSize: 3, strides: 2, padding: 'same' }),
    layers.averagePooling1d({ poolSize: 2, strides: 1, padding: 'same' }),
    layers.dense({ units: 3, activation: 'tanh' }),
    layers.batchNormalization({ center: false }),
    layers.globalMaxPooling1d(),
    layers.dense({ units: 3 }),
  );
}

function images() {
  return sequential(
    layers.rescaling({ scale: 0.5, offset: 0.25, inputShape: [9, 8, 2] }),
    layers.conv2d({ filters: 4, kernelSize: [3, 2], strides: 2, padding: 'same', useBias: false }),
    layers.batchNormalization({ epsilon: 0.01 }),
    layers.activation({ activation: 'relu6' }),
    layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: 'same', ...relu }),
    layers.separableConv2d({ filters: 5, kernelSize: 2, depthMultiplier: 1, padding: 'same', activation: 'elu' }),
    layers.maxPooling2d({ poolSize: 2, strides: 1, padding: 'same' }),
    layers.conv2d({ filters: 3, kernelSize: 2, dilationRate: 2 }),
    layers.gaussianNoise({ stddev: 1 }),
    layers.averagePooling2d({ poolSize: 2, padding: 'same' }),
    layers.batchNormalization({ scale: false }),
    layers.flatten(),
    layers.dense({ units: 4, activation: 'softmax' }),
  );
}

function vectors() {
  return sequential(
    layers.dense({ units: 7, inputShape: [5], ...relu }),
    layers.dropout({ rate: 0.5 }),
    layers.batchNormalization(),
    layers.dense({ units: 4 }),
    layers.leakyReLU(),
    layers.dense({ units: 3, useBias: false }),
  );
}

const layersModels = [
  ['vectors', vectors(), [5]],
  ['images', images(), [9, 8, 2], { softmax: true }],
  ['activations', activations(), [6]],
  ['merges', merges(), [5, 4, 2]],
  ['lines', lines(), [9], { tokens: 11 }],
  ['borders', borders(), [4, 5, 2]],
  ['nested', nested(), [6, 6, 2]],
];

/** Weights that are not what layers begin with, variances positive. */
function randomise(model) {
  const weights = model.getWeights();
  const names = model.weights.map((weight) => weight.name);
  model.setWeights(
    weights.map((weight, i) => {
      let values = randoms(weight.size);
      if (/variance/.test(names[i])) values = values.map((value) => Math.fround(value + 0.75));
      return tf.tensor(values, weight.shape);
    }),
  );
}

/** The model.json that TensorFlow.js itself would write, and the weights. */
async function saved(model) {
  let artifacts;
  await model.save(tf.io.withSaveHandler(async (given) => {
    artifacts = given;
    return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(given) };
  }));
  const { modelTopology, weightSpecs, weightData, ...rest } = artifacts;
  const { format, generatedBy, convertedBy } = rest;
  const json = {
    modelTopology,
    format,
    generatedBy,
    convertedBy,
    weightsManifest: [{ paths: ['./model.weights.bin'], weights: weightSpecs }],
  };
  return { json, weights: new Uint8Array(weightData) };
}

/** As TensorFlow.js reads the files. */
const handler = ({ json, weights }) => ({
  load: async () => ({
    modelTopology: json.modelTopology,
    format: json.format,
    signature: json.signature,
    weightSpecs: json.weightsManifest.flatMap((group) => group.weights),
    weightData: weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.byteLength),
  }),
});

/** Weights of float32 in fewer bits, as the converter's --quantize options have them. */
function quantised({ json, weights }, dtype) {
  const pieces = [];
  let offset = 0;
  const specs = json.weightsManifest[0].weights.map((spec) => {
    const count = spec.shape.reduce((product, extent) => product * extent, 1);
    const values = new Float32Array(weights.slice(offset, offset + 4 * count).buffer);
    offset += 4 * count;
    if (dtype === 'float16') {
      pieces.push(new Uint8Array(Uint16Array.from(values, halfOf).buffer));
      return { ...spec, quantization: { dtype, original_dtype: 'float32' } };
    }
    const most = dtype === 'uint8' ? 255 : 65535;
    const min = Math.min(...values);
    const scale = (Math.max(...values) - min) / most || 1;
    const Numbers = dtype === 'uint8' ? Uint8Array : Uint16Array;
    pieces.push(new Uint8Array(Numbers.from(values, (value) => Math.round((value - min) / scale)).buffer));
    return { ...spec, quantization: { dtype, min, scale, original_dtype: 'float32' } };
  });
  const joined = Buffer.concat(pieces);
  return {
    json: { ...json, weightsManifest: [{ paths: ['group1-shard1of1.bin'], weights: specs }] },
    weights: new Uint8Array(joined),
  };
}

/** The bits of the float16 next to a number whose magnitude is from 2^-14 to 1. */
function halfOf(value) {
  const bits = new Uint32Array(Float32Array.of(value).buffer)[0];
  const rounded = ((bits & 0x7fffffff) - (112 << 23) + 0x1000) >>> 13;
  return (Math.abs(value) < 2 ** -14 ? 0 : rounded) | ((bits >>> 16) & 0x8000);
}

/** A Sequential model whose config is the list of layers itself, below model_config: as Keras 2.1 wrote it. */
function older({ json, weights }) {
  const topology = json.modelTopology;
  const config = { class_name: topology.class_name, config: topology.config.layers };
  return {
    json: { ...json, modelTopology: { keras_version: '2.1.6', backend: 'tensorflow', model_config: config } },
    weights,
  };
}

const fixtures = [];
async function add(name, files, shape, { softmax = false, tokens = 0, graph = false } = {}) {
  const model = await (graph ? tf.loadGraphModel(handler(files)) : tf.loadLayersModel(handler(files)));
  const given = inputs(shape, tokens);
  const outputs = model.predict(graph && tokens ? given.toInt() : given);
  const expected = [...outputs.dataSync()];
  if (expected.some((value) => !Number.isFinite(value))) throw new Error(`${name}: ${expected}`);
  fixtures.push({ name, ...files, tokens, softmax, expected });
}

for (const [name, model, shape, options] of layersModels) {
  randomise(model);
  const files = await saved(model);
  await add(name, files, shape, options);
  if (name === 'vectors') await add('older', older(files), shape, options);
  if (name === 'images')
    for (const dtype of ['uint8', 'uint16', 'float16'])
      await add(`images-${dtype}`, quantised(files, dtype), shape, options);
}
for (const { name, json, weights, shape, softmax, tokens } of graphModels(randoms))
  await add(name, { json, weights }, shape, { graph: true, softmax, tokens });

const lines_ = ['// Written by tests/oracles/tfjs_models.mjs: do not edit.', ''];
for (const { name, json, weights, tokens, softmax, expected } of fixtures) {
  const text = JSON.stringify(json).replaceAll('},{', '},\n{');
  const base64 = Buffer.from(weights).toString('base64').replace(/.{1,116}/g, '\n"$&"');
  lines_.push(`{"${name}", R"json(${text})json",${base64 || ' ""'},`);
  lines_.push(` ${tokens}, ${softmax}, {${expected.map((value) => Math.fround(value)).join(', ')}}},`);
}
const path = resolve(here, '../core/formats/tfjs_models.inc');
writeFileSync(path, `${lines_.join('\n')}\n`);
console.log(`${fixtures.length} models, ${lines_.join('\n').length} bytes`);
