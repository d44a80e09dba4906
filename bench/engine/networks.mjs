/**
 * The networks and what goes into them. Inputs are noise and biases are not zero: on flat ground several pixels of a
 * pooling window are the largest, and there everybody's gradient is another one.
 */
import { readNetwork, writeNetwork } from './onnx_file.mjs';

const { Trainer } = await import('../../dist/index.js');

export const lenetArchitecture = {
  input: [28, 28, 1],
  layers: [
    { type: 'conv2d', filters: 32, kernel: 5 },
    { type: 'relu' },
    { type: 'maxPool2d' },
    { type: 'conv2d', filters: 64, kernel: 5 },
    { type: 'relu' },
    { type: 'maxPool2d' },
    { type: 'flatten' },
    { type: 'dense', units: 128 },
    { type: 'relu' },
    { type: 'dense', units: 10 },
  ],
};

/** @typedef {{file: Uint8Array, network: import('./onnx_file.mjs').Network}} NetworkFile */

/** @returns {Promise<NetworkFile & {parameters: import('../../dist/index.js').ParameterArray[]}>} */
export async function makeLenet() {
  const trainer = await Trainer.create(lenetArchitecture, samplesOf([28, 28, 1], 32), { deterministic: true });
  const parameters = await trainer.parameters();
  for (const [index, { shape, data }] of parameters.entries()) {
    if (shape.length === 1) data.set(uniform(data.length, index, -0.1, 0.1));
  }
  await trainer.setParameters(parameters);
  const model = await trainer.model();
  const file = await model.save('onnx');
  model.dispose();
  trainer.dispose();
  return { file, network: readNetwork(file), parameters };
}

/** A depthwise-separable convolution as MobileNet has them, and the shortest way from there to classes. @returns {NetworkFile} */
export function makeMobilenetBlock() {
  const conv = (outputs, inputs, kernel, group, seed) => ({
    type: 'conv',
    ...weightsOf([outputs, inputs, kernel, kernel], seed),
    strides: [1, 1],
    pads: Array(4).fill((kernel - 1) / 2),
    group,
  });
  const network = {
    input: [64, 56, 56],
    layers: [
      conv(64, 1, 3, 64, 1),
      { type: 'relu' },
      conv(64, 64, 1, 1, 2),
      { type: 'relu' },
      { type: 'globalAveragePool' },
      { type: 'flatten' },
      { type: 'dense', ...weightsOf([10, 64], 3) },
    ],
  };
  return { file: writeNetwork(network), network };
}

function weightsOf(shape, seed) {
  const [outputs, ...others] = shape;
  const fan = others.reduce((product, extent) => product * extent, 1);
  const limit = Math.sqrt(6 / fan);
  return {
    weights: { shape, data: uniform(outputs * fan, seed, -limit, limit) },
    bias: { shape: [outputs], data: uniform(outputs, seed + 100, -0.1, 0.1) },
  };
}

/** Noise of a shape, and a label each. @param {number[]} shape @param {number} rows */
export function samplesOf(shape, rows) {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return {
    inputs: { data: uniform(rows * size, 7, 0, 1), shape: [rows, ...shape] },
    labels: Int32Array.from({ length: rows }, (_, row) => (7 * row) % 10),
    classes: 10,
  };
}

/** Random numbers that are the same every time (the generator is mulberry32). */
function uniform(count, seed, lower, upper) {
  let state = seed * 0x9e3779b9;
  return Float32Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return lower + ((upper - lower) * ((mixed ^ (mixed >>> 14)) >>> 0)) / 2 ** 32;
  });
}
