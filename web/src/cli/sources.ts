import { readFile } from 'node:fs/promises';
import { catalog } from '../catalog.js';
import { parseSamples } from '../data/samples.js';
import { load, type Model, samples } from '../index.js';
import type { Dataset } from '../train.js';
import { suggest, UsageError } from './usage_error.js';

/** The model of that id, or in that ONNX file. */
export async function openModel(name: string, signal: AbortSignal): Promise<Model> {
  const ids = catalog().models.map(({ id }) => id as string);
  if (ids.includes(name) || /^https?:/.test(name)) return load(name, { signal });
  const bytes = await readFile(name).catch(() => {
    throw new UsageError(
      `--model: there is no model or file '${name}'.${suggest(name, ids)} Models: ${ids.join(', ')}.`,
    );
  });
  return load(bytes, { signal, name });
}

/**
 * The first `count` samples of a data set: one that ships with the package, a .bin file of the same format, or a .json
 * file like {"inputs": {"data": [...], "shape": [...]}, "labels": [...]}. Samples of the class `except` are passed over.
 */
export async function openData(name: string, count: number, signal: AbortSignal, except?: number): Promise<Dataset> {
  const all = /[./]/.test(name) ? await readDataFile(name) : await samples(name as never, { signal });
  const { data, shape, layout } = all.inputs;
  const [total = 0, ...extents] = shape;
  const rows = Array.from({ length: total }, (_, row) => row).filter((row) => all.labels?.[row] !== (except ?? -1));
  if (count > rows.length) throw new UsageError(`--samples must be at most ${rows.length}, which is what ${name} has.`);
  const chosen = rows.slice(0, count);
  const size = data.length / total;
  const picked = data instanceof Uint8Array ? new Uint8Array(count * size) : new Float32Array(count * size);
  for (const [place, row] of chosen.entries()) picked.set(data.slice(row * size, (row + 1) * size), place * size);
  return {
    inputs: { data: picked, shape: [count, ...extents], layout },
    labels: all.labels && chosen.map((row) => all.labels[row] as number),
  };
}

async function readDataFile(name: string): Promise<Dataset> {
  const bytes = await readFile(name).catch(() => {
    throw new UsageError(`--data: there is no file '${name}'.`);
  });
  if (!name.endsWith('.json')) return parseSamples(bytes);
  try {
    const { inputs, labels } = JSON.parse(bytes.toString());
    if (Array.isArray(inputs.data) && Array.isArray(inputs.shape)) return { inputs, labels };
  } catch {}
  throw new UsageError(`--data: '${name}' must hold {"inputs": {"data": [...], "shape": [...]}, "labels": [...]}.`);
}
