// Writes the test samples that ship with the package, in the format web/src/data/samples.ts reads: gzipped, the images
// as an idx array of [samples, height, width, 1] bytes, then the labels as an idx array of [samples] bytes.
//   node tools/write_samples.mjs mnist dist/data/mnist.bin [samples]
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { datasets } from './shipped.mjs';

/** Writes the first `count` samples of the test set. */
export async function writeSamples(name, file, count = 1000) {
  const owner = datasets.find(({ id }) => id === name)?.source;
  if (!owner) throw new Error(`No source is known for the data set '${name}'.`);
  const directory = path.dirname(createRequire(import.meta.url).resolve(`${owner}/package.json`));
  const images = readIdx(await readFile(`${directory}/data/t10k-images-idx3-ubyte`));
  const labels = readIdx(await readFile(`${directory}/data/t10k-labels-idx1-ubyte`));
  const [, height, width] = images.shape;
  const unpacked = Buffer.concat([
    idx([count, height, width, 1], images.data.subarray(0, count * height * width)),
    idx([count], labels.data.subarray(0, count)),
  ]);
  await writeFile(file, gzipSync(unpacked, { level: 9 }));
}

function readIdx(file) {
  if (file.readUInt32BE(0) >> 8 !== 8) throw new Error('This is no idx file of bytes.');
  const shape = Array.from({ length: file[3] }, (_, axis) => file.readUInt32BE(4 + 4 * axis));
  return { shape, data: file.subarray(4 + 4 * shape.length) };
}

function idx(shape, data) {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.writeUInt32BE(0x800 + shape.length, 0);
  shape.forEach((extent, axis) => {
    header.writeUInt32BE(extent, 4 + 4 * axis);
  });
  return Buffer.concat([header, data]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [name = 'mnist', file = `${name}.bin`, count] = process.argv.slice(2);
  await writeSamples(name, file, count && Number(count));
}
