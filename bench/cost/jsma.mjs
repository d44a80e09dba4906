/** JSMA in pairs on mnist-mlp: untargeted, as it is by default, and towards the class after the next, as others have it. */
import { cheapest } from './time.mjs';

const { attack, load, samples } = await import('../../dist/index.js');

const images = 100;

/** @param {{quick: boolean, log: (line: string) => void}} options */
export async function jsmaOnMlp({ quick, log }) {
  const model = await load('mnist-mlp');
  const { inputs, labels } = await samples('mnist');
  const some = { data: inputs.data.subarray(0, images * 784), shape: [images, 28, 28, 1] };
  const own = labels.slice(0, images);
  const rows = [];
  for (const [goal, targets] of [
    ['any wrong class', undefined],
    ['the class after the label', own.map((label) => (label + 1) % 10)],
  ]) {
    log(`JSMA: ${goal}`);
    const options = { method: 'jsma', labels: own, ...(targets && { targets }) };
    const { result, wall, processor } = await cheapest(() => attack(model, some, options), quick);
    rows.push({
      goal,
      images,
      successRate: result.summary.successRate,
      l0: result.summary.meanDistance.l0,
      steps: result.summary.queries,
      milliseconds: processor / images,
      wallMilliseconds: wall / images,
    });
  }
  model.dispose();
  return rows;
}
