/**
 * The networks of papers, trained here by the package's own trainer: architectures as the papers have them, epochs only
 * until their accuracy is about reached. A network is trained once and kept in the cache folder, under a name that its
 * recipe is part of; the `simd` build gives the same bytes on every machine.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readDataset } from '../../tools/data.mjs';
import { cacheFolder } from '../../tools/toolchain/cache.mjs';

const { load, train } = await import('../../dist/index.js');

const input = [28, 28, 1];
const relu = { type: 'relu' };
const pool = { type: 'maxPool2d' };
const classes = { type: 'dense', units: 10 };
const conv = (filters, kernel, padding = 'valid') => ({ type: 'conv2d', filters, kernel, padding });
const dense = (...sizes) => sizes.flatMap((units) => [{ type: 'dense', units }, relu]);
const sigmoids = (...sizes) =>
  sizes.flatMap((units) => [{ type: 'dense', units, initializer: 'glorot-uniform' }, { type: 'sigmoid' }]);
const adam = { optimizer: 'adam', schedule: 'cosine', batchSize: 64, learningRate: 0.001, seed: 1 };

/** Madry et al., the network of their MNIST challenge. */
const challenge = [
  conv(32, 5, 'same'),
  relu,
  pool,
  conv(64, 5, 'same'),
  relu,
  pool,
  { type: 'flatten' },
  ...dense(1024),
  classes,
];

/** Weights decay by lambda / units of the layer (Szegedy et al.), of which the gradient is twice that. */
const softmax = (lambda) => ({
  layers: [{ type: 'flatten' }, classes],
  options: { ...adam, epochs: 15, weightDecay: (2 * lambda) / 10 },
});
const sigmoidNetwork = (units) => ({
  layers: [{ type: 'flatten' }, ...sigmoids(units, units), classes],
  options: { ...adam, epochs: 40, weightDecay: 2e-7 },
});

/** @type {Record<string, {layers: object[], options: object}>} */
export const networks = {
  // Moosavi-Dezfooli et al.: two convolutional layers, as the MNIST example of MatConvNet has them.
  'deepfool-lenet': {
    layers: [conv(20, 5), pool, conv(50, 5), pool, { type: 'flatten' }, ...dense(500), classes],
    options: { ...adam, epochs: 4 },
  },
  'deepfool-fc': {
    layers: [{ type: 'flatten' }, ...dense(500, 150), classes],
    options: { ...adam, epochs: 8 },
  },
  // Carlini and Wagner, table I.
  'carlini-wagner': {
    layers: [
      conv(32, 3),
      relu,
      conv(32, 3),
      relu,
      pool,
      conv(64, 3),
      relu,
      conv(64, 3),
      relu,
      pool,
      { type: 'flatten' },
      ...dense(200),
      { type: 'dropout', rate: 0.5 },
      ...dense(200),
      classes,
    ],
    options: { ...adam, epochs: 2 },
  },
  madry: { layers: challenge, options: { ...adam, epochs: 1 } },
  // Against PGD with fewer and longer steps than theirs (40 of 0.01), for a seventh of their epochs.
  'madry-robust': {
    layers: challenge,
    options: {
      ...adam,
      epochs: 12,
      averageDecay: 0.999,
      epsilonRamp: 3,
      adversarial: { method: 'pgd', norm: 'linf', epsilon: 0.3, steps: 3, stepSize: 0.15 },
    },
  },
  // The LeNet of the other benchmarks, for bench/cost.
  lenet: {
    layers: [conv(32, 5), relu, pool, conv(64, 5), relu, pool, { type: 'flatten' }, ...dense(128), classes],
    options: { ...adam, epochs: 1 },
  },
  // Szegedy et al., table 1.
  'FC10(1e-4)': softmax(1e-4),
  'FC10(1e-2)': softmax(1e-2),
  'FC10(1)': softmax(1),
  'FC100-100-10': sigmoidNetwork(100),
  'FC200-200-10': sigmoidNetwork(200),
};

/**
 * @param {string} name
 * @param {(line: string) => void} log
 * @returns {Promise<import('../../dist/index.js').Model>}
 */
export async function network(name, log) {
  const { layers, options } = networks[name];
  const recipe = createHash('sha256').update(JSON.stringify({ layers, options })).digest('hex').slice(0, 12);
  const folder = join(cacheFolder(), 'published');
  const path = join(folder, `${name.replaceAll(/[^\w.-]+/g, '_')}-${recipe}.onnx`);
  const kept = await readFile(path).catch(() => undefined);
  if (kept) return load(kept, { name });
  const trained = await train({ input, layers }, await readDataset('mnist', 'train'), {
    ...options,
    deterministic: true,
    onEpoch: ({ epoch, accuracy, seconds }) =>
      log(`${name}: epoch ${epoch}, accuracy ${(100 * accuracy).toFixed(2)} %, ${seconds.toFixed(0)} s`),
  });
  await mkdir(folder, { recursive: true });
  await writeFile(`${path}.partial`, await trained.save('onnx'));
  // Renamed when whole, so that an interrupted run leaves nothing that is taken for a network.
  await rename(`${path}.partial`, path);
  trained.dispose();
  return load(await readFile(path), { name });
}
