/**
 * AutoAttack at the size of LeNet. What costs is the images that withstand it: they go through all of its four attacks.
 * So epsilon is small, and the time of an image that withstands is what counts for a network that is robust.
 */
import { network } from '../published/networks.mjs';
import { timed } from './time.mjs';

const { attack, configure, samples } = await import('../../dist/index.js');

const epsilon = 0.02;
const workers = 2;

/** @param {{quick: boolean, log: (line: string) => void}} options */
export async function autoAttackOnLenet({ quick, log }) {
  const images = quick ? 4 : 1000;
  const model = await network('lenet', log);
  const { inputs } = await samples('mnist');
  const some = { data: inputs.data.subarray(0, images * 784), shape: [images, 28, 28, 1] };
  const { labels } = await model.predict(some);
  configure({ workers });
  log(`AutoAttack: ${images} images, ${workers} workers`);
  const options = { method: 'autoattack', epsilon, labels, seed: 1 };
  const { result, wall, processor } = await timed(() => attack(model, some, options));
  configure({ workers: 1 });
  model.dispose();
  const withstood = result.success.filter((success) => !success).length;
  return {
    images,
    epsilon,
    workers,
    withstood,
    queries: Math.max(...result.queries),
    gradients: Math.max(...result.gradients),
    processorSeconds: processor / 1000,
    wallSeconds: wall / 1000,
    // As if all the time went into those that withstood, and all of 1,000 did.
    minutesOfThousand: ((processor / 60_000) * (1000 / withstood)) / workers,
    wallMinutesOfThousand: (wall / 60_000) * (1000 / withstood),
  };
}
