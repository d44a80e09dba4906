/** The figures of a model card. */
import { readDataset } from './data.mjs';

/** The attack by which ordinary models are compared; robust ones name a stronger one in their recipes. */
const ordinaryAttack = { method: 'pgd', norm: 'linf', epsilon: 0.1, steps: 40, seed: 1, samples: 1000 };

/**
 * @param {import('../dist/index.js').Model} model
 * @param {{data: 'mnist' | 'fashion', attack?: object}} recipe
 */
export async function measure(model, recipe) {
  const { attack } = await import('../dist/index.js');
  const { inputs, labels } = await readDataset(recipe.data, 'test');
  const size = inputs.data.length / labels.length;
  const first = (count) => ({ data: inputs.data.subarray(0, count * size), shape: [count, ...inputs.shape.slice(1)] });
  const predicted = (await model.predict(first(labels.length), { deterministic: true })).labels;
  const correct = predicted.reduce((sum, label, index) => sum + Number(label === labels[index]), 0);
  const { samples, ...options } = { ...ordinaryAttack, ...recipe.attack };
  const attacked = await attack(model, first(samples), {
    ...options,
    labels: labels.slice(0, samples),
    deterministic: true,
  });
  return {
    cleanAccuracy: correct / labels.length,
    testSamples: labels.length,
    robustAccuracy: { ...options, samples, accuracy: attacked.summary.robustAccuracy },
  };
}
