/**
 * Distances and success on the network of Madry et al.'s MNIST challenge, beside the figures that the authors of
 * advertorch recorded for the same architecture, trained on clean images and against PGD.
 */
import { firstCorrect, mean, ofSuccesses, testError } from './images.mjs';
import { network } from './networks.mjs';

const { attack } = await import('../../dist/index.js');

const pgd = { method: 'pgd', norm: 'linf', epsilon: 0.3, steps: 40, stepSize: 0.01, randomStart: false };
const attacks = [
  { name: 'PGD, linf 0.3, 40 steps of 0.01', options: pgd, clean: { success: 1 }, robust: { success: 0.068 } },
  {
    name: 'DDN, 1,000 steps, 256 levels',
    options: { method: 'ddn', steps: 1000, representable: 8 },
    norm: 'l2',
    slow: true,
    clean: { distance: 1.38, success: 1 },
    robust: { distance: 1.917, success: 1 },
  },
  {
    name: 'FAB, linf, 20 steps',
    options: { method: 'fab', norm: 'linf', steps: 20 },
    norm: 'linf',
    clean: { distance: 0.1092, success: 1 },
    robust: { distance: 0.3476, success: 0.9986 },
  },
  {
    name: 'FAB, l2, 20 steps',
    options: { method: 'fab', norm: 'l2', steps: 20 },
    norm: 'l2',
    clean: { distance: 1.412, success: 1 },
    robust: { distance: 3.205, success: 0.9835 },
  },
  {
    name: 'FAB, l1, 20 steps',
    options: { method: 'fab', norm: 'l1', steps: 20 },
    norm: 'l1',
    clean: { distance: 8.365, success: 0.9955 },
    robust: { distance: 114.6, success: 0.9433 },
  },
  {
    name: 'DeepFool, linf, 50 steps, within 0.3',
    options: { method: 'deepfool', norm: 'linf', steps: 50 },
    norm: 'l2',
    within: 0.3,
    clean: { distance: 2.33, success: 1 },
    robust: { success: 0.0742 },
  },
];

/** @param {(line: string) => void} log */
export async function madry(log) {
  const found = [];
  for (const { key, model, images, slowImages, paperError } of [
    { key: 'clean', model: await network('madry', log), images: 300, slowImages: 100, paperError: 0.0111 },
    { key: 'robust', model: await network('madry-robust', log), images: 500, slowImages: 100, paperError: 0.0136 },
  ]) {
    const rows = [];
    for (const { name, options, norm, slow, within, ...paper } of attacks) {
      log(`${model.info.name}: ${name}`);
      const count = slow ? slowImages : images;
      const { inputs, labels } = await firstCorrect(model, count);
      const result = await attack(model, inputs, { ...options, labels });
      const success = result.success.map((each, row) => each && !(result.distances.linf[row] > within));
      const distances = norm && ofSuccesses({ success }, result.distances[norm]);
      rows.push({
        name,
        images: count,
        norm,
        paper: paper[key],
        distance: distances?.length ? mean(distances) : undefined,
        success: mean(success.map(Number)),
      });
    }
    found.push({ network: model.info.name, trained: key, error: await testError(model), paperError, rows });
    model.dispose();
  }
  return found;
}
