/** Test images of MNIST as the attacks take them, and means. */
import { readDataset } from '../../tools/data.mjs';

const { inputs, labels } = await readDataset('mnist', 'test');

/** The first images. @param {number} count */
export const firstImages = (count) => imagesAt(Array.from({ length: count }, (_, index) => index));

/** @param {number[]} indices */
export function imagesAt(indices) {
  const data = new Float32Array(784 * indices.length);
  for (const [row, index] of indices.entries()) {
    for (let i = 0; i < 784; i++) data[784 * row + i] = inputs.data[784 * index + i] / 255;
  }
  return {
    inputs: { data, shape: [indices.length, 28, 28, 1] },
    labels: Array.from(indices, (index) => labels[index]),
  };
}

/** The first images that the model gets right. */
export async function firstCorrect(model, count) {
  const { inputs: some, labels: truth } = firstImages(Math.min(10_000, 2 * count + 50));
  const { labels: predicted } = await model.predict(some);
  return imagesAt([...truth.keys()].filter((row) => predicted[row] === truth[row]).slice(0, count));
}

/** Share of wrong answers on the whole test set. */
export async function testError(model) {
  const { labels: predicted } = await model.predict(inputs);
  return predicted.filter((label, row) => label !== labels[row]).length / labels.length;
}

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The standard error of a mean. */
export function standardError(values) {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)) / (values.length - 1));
}

/** Of the entries with success. @param {{success: boolean[]}} result @param {ArrayLike<number>} values */
export const ofSuccesses = ({ success }, values) => Array.from(values).filter((_, row) => success[row]);
