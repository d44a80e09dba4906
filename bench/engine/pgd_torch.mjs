/**
 * PGD with 40 steps on mnist-cnn-robust, beside Foolbox and torchattacks on native PyTorch: one thread each, the same weights,
 * and no sample stops early.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonVersionOf, startTorch } from '../torch.mjs';
import { race } from './measure.mjs';
import { flavours, ourName } from './mlsec.mjs';
import { readNetwork } from './onnx_file.mjs';
import { rowOf, simdRow } from './rows.mjs';

const { attack, load, samples } = await import('../../dist/index.js');

const script = fileURLToPath(new URL('pgd_torch.py', import.meta.url));
const modelFile = fileURLToPath(new URL('../../dist/models/mnist-cnn-robust.onnx', import.meta.url));
const epsilon = 0.3;
const steps = 40;
const stepSize = (2.5 * epsilon) / steps;
const size = 28 * 28;
const libraries = ['foolbox', 'torchattacks'];

/** @param {number} batch @param {{atLeast?: number, atMost?: number}} wanted */
export const pgdBeside = (batch, wanted) => async (limits) => {
  const model = await load('mnist-cnn-robust');
  const { inputs } = await samples('mnist');
  const pixels = Float32Array.from(inputs.data, (byte) => byte / 255);
  const rows = pixels.length / size;
  // What the model says counts as right: a sample that is wrong from the start would not be attacked.
  const { labels } = await model.predict({ data: pixels, shape: [rows, 28, 28, 1] });

  const ours = (flavour) => {
    let first = 0;
    return async () => {
      if (first + batch > rows) first = 0;
      const end = first + batch;
      const found = await attack(
        model,
        { data: pixels.subarray(first * size, end * size), shape: [batch, 28, 28, 1] },
        {
          method: 'pgd',
          epsilon,
          steps,
          stepSize,
          randomStart: false,
          earlyStop: false,
          labels: labels.subarray(first, end),
          deterministic: flavour === 'simd',
        },
      );
      first = end;
      return found;
    };
  };
  const found = await ours('relaxed')();
  if (found.gradients.some((count) => count !== steps)) throw new Error(`mlsec took ${found.gradients} gradients.`);

  const torch = await torchProgram(pixels, labels);
  const problems = {};
  for (const library of libraries) {
    problems[library] = torch ? await differenceOf(torch, library, found, batch) : 'PyTorch not found';
  }
  const entrants = libraries.filter((library) => !problems[library]);
  const figures = await race(
    [
      ...flavours.map((flavour) => {
        const call = ours(flavour);
        return {
          name: ourName(flavour),
          async run(calls) {
            for (let i = 0; i < calls; i++) await call();
          },
        };
      }),
      ...entrants.map((library) => ({
        name: library,
        run: (calls) => torch.ask(JSON.stringify({ library, batch, calls })),
      })),
    ],
    limits,
  );
  await torch?.close();
  model.dispose();

  const id = `pgd-torch-${batch}`;
  const work = `PGD-40, robust model, batch ${batch}`;
  return [
    ...libraries.map((library) =>
      rowOf({
        id: `${id}/${library}`,
        work,
        ours: figures[ourName('relaxed')],
        against: `${library}, native`,
        rival: problems[library] ? { problem: problems[library] } : figures[library],
        ...wanted,
      }),
    ),
    simdRow(id, work, figures),
  ];
};

async function torchProgram(pixels, labels) {
  if (!(await pythonVersionOf('torch'))) return undefined;
  const { layers } = readNetwork(await readFile(modelFile));
  const weights = layers.flatMap((layer) => (layer.weights ? [layer.weights.data, layer.bias.data] : []));
  const network = layers.map(({ type, weights, strides, pads }) => ({ type, shape: weights?.shape, strides, pads }));
  const files = {
    'network.json': JSON.stringify(network),
    weights: Buffer.concat(weights.map(({ buffer }) => Buffer.from(buffer))),
    pixels,
    labels: Uint8Array.from(labels),
  };
  return startTorch(script, files, [epsilon, stepSize, steps]);
}

/**
 * What is wrong with a library's results; undefined where nothing is. A gradient close to zero may have either sign after
 * rounding, and forty steps carry that on: a few pixels may differ.
 */
async function differenceOf(torch, library, { adversarials }, batch) {
  if (!(await pythonVersionOf(library))) return 'not found';
  await torch.ask(JSON.stringify({ library, batch, write: true }));
  const bytes = await readFile(join(torch.folder, 'adversarials'));
  const theirs = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const equal = adversarials.data.filter((value, index) => Math.abs(value - theirs[index]) < 1e-4).length;
  const share = equal / adversarials.data.length;
  return share > 0.98 ? undefined : `Only ${Math.round(100 * share)} % of the pixels are the same.`;
}
