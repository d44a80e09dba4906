// Training, batch by batch, as PyTorch does it: tests/oracles/training_curve.py made the figures, and says how initial
// weights are made.
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readDataset } from '../../tools/data.mjs';
import type * as Mlsec from '../../web/src/index.js';
import { type Installed, installPacked, root } from './packed.js';

interface Case {
  name: string;
  architecture: Mlsec.ArchitectureName;
  options: Mlsec.TrainMethodOptions;
  weights: number;
  losses: number[];
}

const oracle = JSON.parse(await readFile(`${root}tests/oracles/training_curve.json`, 'utf8'));
let installed: Installed;
let mlsec: typeof Mlsec;
let dataset: Mlsec.LabelledSamples;

beforeAll(async () => {
  installed = await installPacked();
  mlsec = await import(pathToFileURL(`${installed.mlsec}/dist/index.js`).href);
  const { inputs, labels, classes } = await readDataset('mnist', 'train');
  const data = inputs.data.slice(0, oracle.samples * 784);
  dataset = {
    inputs: { data, shape: [oracle.samples, 28, 28, 1] },
    labels: labels.subarray(0, oracle.samples),
    classes,
  };
});
afterAll(async () => {
  mlsec?.close();
  await installed?.remove();
});

/** The end of MurmurHash3. */
function hashed(value: number): number {
  const first = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
  return (second ^ (second >>> 16)) >>> 0;
}

function initial(parameters: Mlsec.ParameterArray[], seed: number): Float32Array[] {
  return parameters.map(({ shape, data }, index) => {
    const inputs = shape.slice(1).reduce((product, extent) => product * extent, 1);
    const limit = shape.length === 1 ? 0.1 : Math.sqrt(6 / inputs);
    return data.map((_, i) => (hashed(seed * 2 ** 24 + index * 2 ** 20 + i) / 2 ** 31 - 1) * limit);
  });
}

it.each<Case>(oracle.cases)('$name: the losses of PyTorch', async ({ architecture, options, weights, losses }) => {
  const trainer = await mlsec.Trainer.create(architecture, dataset, { ...options, epochs: 4, deterministic: true });
  await trainer.setParameters(initial(await trainer.parameters(), weights));
  const { batches } = await trainer.step(losses.length);
  trainer.dispose();
  expect(batches.length).toBe(losses.length);
  const differences = batches.map(({ loss }, index) => Math.abs(loss - losses[index]!));
  expect(Math.max(...differences)).toBeLessThan(1e-4);
});
