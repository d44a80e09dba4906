/** mlsec, in one worker or in several. */
import { learningRate } from './task.mjs';

const { Trainer, train } = await import('../../dist/index.js');

/** @param {import('./task.mjs').Task} task */
const datasetOf = ({ images, labels, rows }) => ({
  inputs: { data: images, shape: [rows, 28, 28, 1] },
  labels,
  classes: 10,
});

/** The weights that a training of the task begins with. @returns {Promise<import('./task.mjs').Task>} */
export async function withWeights(task) {
  const trainer = await Trainer.create(task.architecture, datasetOf(task), { deterministic: true });
  const weights = await trainer.parameters();
  trainer.dispose();
  return { ...task, weights };
}

/** @param {'relaxed' | 'simd'} flavour @returns {Promise<import('./task.mjs').Contestant>} */
export async function openMlsec(task, flavour) {
  const trainer = await Trainer.create(task.architecture, datasetOf(task), {
    batchSize: task.batch,
    learningRate,
    epochs: 100_000,
    checkpointEpochs: 100_000,
    deterministic: flavour === 'simd',
  });
  await trainer.setParameters(task.weights);
  return {
    name: `mlsec, ${flavour}`,
    async train(steps) {
      const begin = performance.now();
      const { batches } = await trainer.step(steps);
      return { losses: batches.map(({ loss }) => loss), seconds: (performance.now() - begin) / 1000 };
    },
    close: () => trainer.dispose(),
  };
}

/**
 * A training of one epoch that several workers share. What comes before the first batch is done (starting workers,
 * handing them the data) is no part of a step and is not counted.
 * @returns {Promise<{losses: number[], samplesPerSecond: number}>}
 */
export async function trainTogether(task, workers) {
  const losses = [];
  const marks = [];
  const model = await train(task.architecture, datasetOf(task), {
    batchSize: task.batch,
    learningRate,
    epochs: 1,
    workers,
    onBatch: ({ loss }) => losses.push(loss),
    onProgress: ({ done }) => marks.push({ done, time: performance.now() }),
  });
  model.dispose();
  const first = marks.find(({ done }) => done > 0);
  const last = marks.find(({ done }) => done === losses.length);
  return { losses, samplesPerSecond: ((last.done - first.done) * task.batch * 1000) / (last.time - first.time) };
}
