/**
 * Carlini and Wagner, 2017, table IV: mean distances on MNIST of their three attacks towards all nine wrong classes, of which
 * the best and the worst case are the nearest and the farthest of an image, and the average case is the mean.
 */
import { firstCorrect, mean, standardError, testError } from './images.mjs';
import { network } from './networks.mjs';

const { attack } = await import('../../dist/index.js');

const attacks = {
  l2: {
    images: 20,
    paper: { best: 1.36, average: 1.76, worst: 2.6 },
    options: { method: 'carlini-wagner', searchSteps: 6, steps: 200, learningRate: 0.1, initialConstant: 1 },
  },
  l0: {
    images: 10,
    paper: { best: 8.5, average: 16, worst: 33 },
    options: { method: 'carlini-wagner-l0', steps: 100, learningRate: 0.1, initialConstant: 1 },
  },
  linf: {
    images: 10,
    paper: { best: 0.13, average: 0.16, worst: 0.23 },
    options: { method: 'carlini-wagner-linf', steps: 100, learningRate: 0.05, initialConstant: 0.1 },
  },
};

/** @param {(line: string) => void} log */
export async function carliniWagner(log) {
  const model = await network('carlini-wagner', log);
  const rows = [];
  for (const [norm, { images, paper, options }] of Object.entries(attacks)) {
    log(`Carlini and Wagner, ${norm}`);
    const { inputs, labels } = await firstCorrect(model, images);
    const repeated = new Float32Array(9 * inputs.data.length);
    const targets = [];
    for (const [row, label] of labels.entries()) {
      for (let other = 1; other <= 9; other++) {
        repeated.set(inputs.data.subarray(784 * row, 784 * (row + 1)), 784 * targets.length);
        targets.push((label + other) % 10);
      }
    }
    const { success, distances, summary } = await attack(
      model,
      { data: repeated, shape: [targets.length, 28, 28, 1] },
      { ...options, targets, labels: labels.flatMap((label) => Array(9).fill(label)) },
    );
    const ofImage = labels.map((_, row) =>
      Array.from(distances[norm].subarray(9 * row, 9 * row + 9)).filter((_, other) => success[9 * row + other]),
    );
    const found = {};
    for (const [name, pick] of Object.entries({
      best: (all) => Math.min(...all),
      average: mean,
      worst: (all) => Math.max(...all),
    })) {
      const values = ofImage.map(pick);
      found[name] = { mean: mean(values), standardError: standardError(values) };
    }
    rows.push({ norm, images, options, paper, found, success: summary.successRate });
  }
  const error = await testError(model);
  model.dispose();
  return { network: 'carlini-wagner', error, paperError: 0.005, rows };
}
