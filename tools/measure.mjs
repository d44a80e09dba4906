/** The figures of a model card. */
import { readDataset } from './data.mjs';

/** The attack by which cards compare models: deterministic for its seed, in either build within rounding. */
const cardAttack = { method: 'pgd', norm: 'linf', epsilon: 0.1, steps: 40, seed: 1 };
const attackedSamples = 1000;

/**
 * @param {import('../dist/index.js').Model} model
 * @param {'mnist'} data
 */
export async function measure(model, data) {
  const { attack } = await import('../dist/index.js');
  const { inputs, labels } = await readDataset(data, 'test');
  const size = inputs.data.length / labels.length;
  let correct = 0;
  for (let first = 0; first < labels.length; first += 500) {
    const count = Math.min(500, labels.length - first);
    const rows = {
      data: inputs.data.subarray(first * size, (first + count) * size),
      shape: [count, ...inputs.shape.slice(1)],
    };
    const predicted = (await model.predict(rows)).labels;
    for (let i = 0; i < count; i++) correct += Number(predicted[i] === labels[first + i]);
  }
  const some = {
    data: inputs.data.subarray(0, attackedSamples * size),
    shape: [attackedSamples, ...inputs.shape.slice(1)],
  };
  const attacked = await attack(model, some, {
    ...cardAttack,
    labels: labels.slice(0, attackedSamples),
    deterministic: true,
  });
  return {
    cleanAccuracy: correct / labels.length,
    testSamples: labels.length,
    robustAccuracy: { ...cardAttack, samples: attackedSamples, accuracy: attacked.summary.robustAccuracy },
  };
}
