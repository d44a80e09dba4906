/**
 * Szegedy et al., 2014, tables 1 and 2: the mean distortion that L-BFGS needs, and how often what was made for one network
 * deceives another.
 */
import { firstImages, mean, ofSuccesses, testError } from './images.mjs';
import { network } from './networks.mjs';

const { attack } = await import('../../dist/index.js');

const images = 100;
const names = ['FC10(1e-4)', 'FC10(1e-2)', 'FC10(1)', 'FC100-100-10', 'FC200-200-10'];
const paper = {
  error: [0.074, 0.094, 0.2, 0.0164, 0.0154],
  distortion: [0.062, 0.1, 0.14, 0.058, 0.065],
  deceived: [
    [1, 0.117, 0.227, 0.02, 0.039],
    [0.871, 1, 0.352, 0.359, 0.273],
    [0.719, 0.762, 1, 0.481, 0.47],
    [0.289, 0.137, 0.211, 1, 0.066],
    [0.382, 0.14, 0.238, 0.203, 1],
  ],
  noise: { 0.1: [0.05, 0.101, 0.183, 0, 0], 0.3: [0.156, 0.113, 0.227, 0.05, 0.043] },
};

/** @param {(line: string) => void} log */
export async function szegedy(log) {
  const models = [];
  for (const name of names) models.push(await network(name, log));
  const { inputs, labels } = firstImages(images);
  // Towards a class of its own for each image, as in the paper; its images are of the training set.
  const targets = labels.map((label, row) => (label + 1 + (row % 9)) % 10);
  const options = { method: 'lbfgs', labels, targets };
  const distortion = [];
  /** Row: whom it was made for. Column: who is deceived. */
  const deceived = [];
  const errorOn = async (model, some) => {
    const { labels: answers } = await model.predict(some);
    return mean(labels.map((label, row) => Number(label !== answers[row])));
  };
  for (const model of models) {
    log(`${model.info.name}: L-BFGS`);
    const result = await attack(model, inputs, options);
    distortion.push({ mean: mean(ofSuccesses(result, result.distances.l2)) / 28, success: result.summary.successRate });
    const shares = [];
    for (const other of models) shares.push(await errorOn(other, result.adversarials));
    deceived.push(shares);
  }
  const noise = {};
  for (const deviation of [0.1, 0.3]) {
    const noisy = withNoise(inputs, deviation);
    noise[deviation] = [];
    for (const model of models) noise[deviation].push(await errorOn(model, noisy));
  }
  const error = [];
  for (const model of models) {
    error.push(await testError(model));
    model.dispose();
  }
  return { images, names, paper, error, distortion, deceived, noise };
}

/** Gaussian (Box and Muller), the same every time (mulberry32), back into the box. */
function withNoise({ data, shape }, deviation) {
  let state = 1;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  };
  const noisy = data.map((value) => {
    const normal = Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    return Math.min(1, Math.max(0, value + deviation * normal));
  });
  return { data: noisy, shape };
}
