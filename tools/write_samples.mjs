// Writes the test samples that ship with the package, in the format web/src/data/samples.ts reads: gzipped, the images
// as an idx array of [samples, height, width, 1] bytes, then the labels as an idx array of [samples] bytes, then the
// names of the classes, one a line.
//   node tools/write_samples.mjs mnist dist/data/mnist.bin [samples]
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { readDataset } from './data.mjs';

/** Writes the first `count` samples of the test set. */
export async function writeSamples(name, file, count = 1000) {
  const { inputs, labels, classNames } = await readDataset(name, 'test');
  const extents = inputs.shape.slice(1);
  const size = extents.reduce((product, extent) => product * extent, 1);
  const unpacked = Buffer.concat([
    idx([count, ...extents], inputs.data.subarray(0, count * size)),
    idx([count], labels.subarray(0, count)),
    Buffer.from(classNames.join('\n')),
  ]);
  await writeFile(file, gzipSync(unpacked, { level: 9 }));
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
