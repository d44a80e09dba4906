/** What is trained: the first images of MNIST, by Adam. */
import { readDataset } from '../../tools/data.mjs';

/**
 * @typedef {object} Task
 * @property {'mlp' | 'lenet'} architecture as `train` of mlsec takes it
 * @property {number} batch samples a step
 * @property {number} rows samples there are
 * @property {Uint8Array} images rows x 28 x 28
 * @property {Uint8Array} labels
 * @property {Float32Array} pixels the images, 0 to 1
 * @property {{name: string, shape: number[], data: Float32Array}[]} weights initial ones, as mlsec has them
 *
 * @typedef {object} Contestant
 * @property {string} name
 * @property {(steps: number) => Promise<{losses: number[], seconds: number}>} train takes steps; the batches go through
 *   the rows in turn
 * @property {() => void} close
 */

export const learningRate = 0.001;
const side = 28;

/** @returns {Promise<Omit<Task, 'weights'>>} */
export async function taskOf(architecture, batch, rows) {
  const { inputs, labels } = await readDataset('mnist', 'train');
  const images = inputs.data.slice(0, rows * side * side);
  return {
    architecture,
    batch,
    rows,
    images,
    labels: labels.slice(0, rows),
    pixels: Float32Array.from(images, (byte) => byte / 255),
  };
}
