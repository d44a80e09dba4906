/**
 * TensorFlow.js, without its layers: operations that take convolution, bias and activation at once where there are any,
 * as one would write it for speed.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const tf = require('@tensorflow/tfjs');
require('@tensorflow/tfjs-backend-wasm').setThreadsCount(1);

export const version = tf.version.tfjs;

/**
 * @param {import('./onnx_file.mjs').Network} network
 * @param {'cpu' | 'wasm'} backend
 */
export async function openTensorflow({ input, layers }, backend) {
  const use = () => tf.setBackend(backend);
  await use();
  const apply = chain(layers);
  const shape = [input[1], input[2], input[0]];
  const tensor = (inputs) => tf.tensor4d(inputs, [inputs.length / (input[0] * input[1] * input[2]), ...shape]);
  return {
    name: `TensorFlow.js, ${backend}`,
    /** For what is written in its own operations. */
    tf,
    apply,
    /** Contestants take turns, and the backend is everybody's. */
    prepare: use,
    /** @param {Float32Array} inputs channels last, as in all that follows */
    forward: (inputs) => tf.tidy(() => apply(tensor(inputs)).dataSync()),
    gradient: (inputs, labels) =>
      tf.tidy(() => {
        const targets = tf.oneHot(tf.tensor1d(labels, 'int32'), layers.at(-1).bias.data.length);
        const { SUM } = tf.Reduction;
        const loss = (x) => tf.losses.softmaxCrossEntropy(targets, apply(x), undefined, undefined, SUM);
        return tf.grad(loss)(tensor(inputs)).dataSync();
      }),
  };
}

/** @param {import('./onnx_file.mjs').Layer[]} layers */
function chain(layers) {
  const steps = [];
  /** The channels of an image that has been flattened: its dense layer has its weights in another order here. */
  let channels;
  let flattened = false;
  for (const [index, layer] of layers.entries()) {
    const relu = layers[index + 1]?.type === 'relu';
    const activation = relu ? 'relu' : 'linear';
    switch (layer.type) {
      case 'conv':
        channels = layer.weights.shape[0];
        steps.push(convolution(layer, activation));
        break;
      case 'maxPool':
        steps.push((x) => tf.maxPool(x, layer.kernel, layer.strides, 'valid'));
        break;
      case 'globalAveragePool':
        steps.push((x) => tf.mean(x, [1, 2]));
        channels = undefined;
        break;
      case 'flatten':
        steps.push((x) => tf.reshape(x, [x.shape[0], -1]));
        flattened = channels !== undefined;
        break;
      case 'dense': {
        const b = denseWeights(layer, flattened ? channels : undefined);
        const bias = tf.tensor1d(layer.bias.data);
        steps.push((a) => tf.fused.matMul({ a, b, bias, activation }));
        flattened = false;
      }
    }
  }
  return (x) => steps.reduce((value, step) => step(value), x);
}

/** Fused with the relu behind it. */
function convolution({ weights, bias, strides, pads, group }, activation) {
  const kernels = tf.tensor4d(weights.data, weights.shape);
  const options = { strides, pad: padding(pads), bias: tf.tensor1d(bias.data), activation };
  if (group === 1) {
    const filter = tf.tidy(() => kernels.transpose([2, 3, 1, 0]));
    return (x) => tf.fused.conv2d({ x, filter, ...options });
  }
  const filter = tf.tidy(() => kernels.transpose([2, 3, 0, 1]));
  return (x) => tf.fused.depthwiseConv2d({ x, filter, ...options });
}

/** The fused operations have gradients for numbers only where all sides are alike. */
function padding(pads) {
  if (pads.some((pad) => pad !== pads[0])) throw new Error('Padding that differs from side to side.');
  return pads[0];
}

/** Outputs x (channels x height x width) there, (height x width x channels) x outputs here. */
function denseWeights({ weights }, channels) {
  return tf.tidy(() => {
    const [outputs, inputs] = weights.shape;
    if (!channels) return tf.tensor2d(weights.data, weights.shape).transpose();
    const turned = tf.tensor3d(weights.data, [outputs, channels, inputs / channels]).transpose([2, 1, 0]);
    return turned.reshape([inputs, outputs]);
  });
}
