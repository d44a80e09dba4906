/** What each attack of the catalogue asks of a model, and how long it takes, with default options. */
import { cheapest } from './time.mjs';

const { attack, catalog, load, samples } = await import('../../dist/index.js');

/** How many images; fewer for what takes seconds an image. The first of the test images, so the counts are always the same. */
const images = 50;
const fewerImages = {
  zoo: 1,
  'carlini-wagner-l0': 3,
  'carlini-wagner-linf': 3,
  'hop-skip-jump': 3,
  'sign-opt': 3,
  'one-pixel': 3,
  'carlini-wagner': 5,
  boundary: 10,
  ead: 10,
  geoda: 10,
  'brendel-bethge': 20,
};

/**
 * @param {string} id of a model
 * @param {{quick: boolean, log: (line: string) => void}} options
 */
export async function attacksOn(id, { quick, log }) {
  const model = await load(id);
  const { inputs, labels } = await samples('mnist');
  const rows = [];
  for (const { id: method } of (await catalog()).attacks) {
    const count = quick ? 2 : (fewerImages[method] ?? images);
    const some = { data: inputs.data.subarray(0, count * 784), shape: [count, 28, 28, 1] };
    log(`${id}: ${method}`);
    // Limits that the package has for every attack keep a trial short.
    const options = { method, labels: labels.slice(0, count), ...(quick && { maxQueries: 2000 }) };
    const { result, wall, processor, repetitions } = await cheapest(() => attack(model, some, options), quick);
    const { successRate, queries, gradients } = result.summary;
    rows.push({
      model: id,
      method,
      images: count,
      queries,
      gradients,
      successRate,
      milliseconds: processor / count,
      wallMilliseconds: wall / count,
      repetitions,
    });
  }
  model.dispose();
  return rows;
}
