/** The attacks of the built package on what comparisons.json names. */
import { readFile } from 'node:fs/promises';
import { catalog } from '../../dist/catalog.js';
import { attack, close, configure, load, samples } from '../../dist/index.js';

const here = (name) => new URL(name, import.meta.url);

/** @returns {Promise<Comparison[]>} what is compared, with every setting filled in */
export async function comparisons() {
  const listed = JSON.parse(await readFile(here('comparisons.json'), 'utf8'));
  return listed.map((each) => ({
    ...each,
    samples: each.samples ?? 500,
    measure: each.measure ?? (each.epsilon === undefined ? 'distance' : 'success'),
  }));
}

/**
 * @typedef {{id: string, norm: 'l0' | 'l1' | 'l2' | 'linf', model: string, samples: number, measure: 'success' | 'distance',
 *   epsilon?: number, steps?: number, stepSize?: number, searchSteps?: number, targeted?: boolean,
 *   ours: Record<string, unknown>}} Comparison
 */

/** What an attack found for each sample: the distance, null where it failed. */
export async function runOurs(/** @type {Comparison} */ comparison) {
  configure({ deterministic: true });
  const model = await load(comparison.model);
  const { inputs, labels } = await correctSamples(model, comparison.samples);
  const targets = comparison.targeted ? labels.map((label) => (label + 1) % 10) : undefined;
  const result = await attack(model, inputs, optionsOf(comparison, labels, targets));
  const { labels: predictions } = await model.predict(result.adversarials);
  const distances = [...result.distances[comparison.norm]].map((distance, index) => {
    const wanted = targets ? predictions[index] === targets[index] : predictions[index] !== labels[index];
    const near = comparison.epsilon === undefined || distance <= comparison.epsilon * (1 + 1e-5) + 1e-6;
    if (result.success[index] && !(wanted && near)) throw new Error(`${comparison.id}: sample ${index} is no success.`);
    return result.success[index] ? distance : null;
  });
  model.dispose();
  return {
    distances,
    queries: result.summary.queries,
    gradients: result.summary.gradients,
    seconds: result.seconds,
  };
}

/** Ends the workers. */
export const closeOurs = close;

/** The settings that the attack has an option for, its own ones, and labels. */
function optionsOf({ ours, norm, epsilon, steps, stepSize, searchSteps }, labels, targets) {
  const known = described.get(ours.method);
  const settings = Object.entries({ norm, epsilon, steps, stepSize, searchSteps });
  const given = settings.filter(([name, value]) => value !== undefined && known.has(name));
  return { ...Object.fromEntries(given), labels, ...(targets && { targets }), ...ours };
}

const described = new Map(catalog().attacks.map(({ id, options }) => [id, new Set(options.map(({ name }) => name))]));

/** The first test samples that the model gets right. */
async function correctSamples(model, count) {
  const { inputs, labels } = await samples('mnist');
  const { labels: predictions } = await model.predict(inputs);
  const right = [...labels.keys()].filter((index) => predictions[index] === labels[index]).slice(0, count);
  const size = inputs.data.length / labels.length;
  const data = new Uint8Array(right.length * size);
  right.forEach((sample, row) => {
    data.set(inputs.data.subarray(sample * size, (sample + 1) * size), row * size);
  });
  const shape = [right.length, ...inputs.shape.slice(1)];
  return { inputs: { ...inputs, data, shape }, labels: Int32Array.from(right, (sample) => labels[sample]) };
}
