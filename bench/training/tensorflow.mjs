/** TensorFlow.js: the layers API, one `trainOnBatch` a step. */
import { createRequire } from 'node:module';
import { learningRate } from './task.mjs';

const require = createRequire(import.meta.url);
const tf = require('@tensorflow/tfjs');
require('@tensorflow/tfjs-backend-wasm').setThreadsCount(1);

export const version = tf.version.tfjs;

/** @param {'cpu' | 'wasm'} backend @returns {Promise<import('./task.mjs').Contestant>} */
export async function openTensorflow(task, backend) {
  await tf.setBackend(backend);
  const model = tf.sequential({ layers: layersOf(task.architecture) });
  const optimizer = tf.train.adam(learningRate, 0.9, 0.999, 1e-8);
  model.compile({ optimizer, loss: (targets, logits) => tf.losses.softmaxCrossEntropy(targets, logits) });
  model.setWeights(task.weights.map(turned));
  const targets = new Float32Array(task.rows * 10);
  for (const [row, label] of task.labels.entries()) targets[row * 10 + label] = 1;
  let next = 0;
  return {
    name: `TensorFlow.js, ${backend}`,
    async train(steps) {
      // Contestants take turns, and the backend is everybody's.
      await tf.setBackend(backend);
      const begin = performance.now();
      const losses = [];
      for (let step = 0; step < steps; step++) {
        const end = next + task.batch;
        const inputs = tf.tensor4d(task.pixels.subarray(next * 784, end * 784), [task.batch, 28, 28, 1]);
        const wanted = tf.tensor2d(targets.subarray(next * 10, end * 10), [task.batch, 10]);
        losses.push(Number(await model.trainOnBatch(inputs, wanted)));
        tf.dispose([inputs, wanted]);
        next = end % task.rows;
      }
      return { losses, seconds: (performance.now() - begin) / 1000 };
    },
    close: () => model.dispose(),
  };
}

function layersOf(architecture) {
  const { conv2d, maxPooling2d, flatten, dense } = tf.layers;
  const head = [dense({ units: 128, activation: 'relu' }), dense({ units: 10 })];
  const inputShape = [28, 28, 1];
  if (architecture === 'mlp') return [flatten({ inputShape }), ...head];
  const kernel = { kernelSize: 5, padding: 'same', activation: 'relu' };
  return [
    conv2d({ filters: 32, ...kernel, inputShape }),
    maxPooling2d({ poolSize: 2 }),
    conv2d({ filters: 64, ...kernel }),
    maxPooling2d({ poolSize: 2 }),
    flatten(),
    ...head,
  ];
}

/** From outputs first, as mlsec has weights, to outputs last. */
function turned({ shape, data }) {
  return tf.tidy(() => tf.transpose(tf.tensor(data, shape), [...shape.keys()].slice(1).concat(0)));
}
