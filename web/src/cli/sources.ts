import { readFile, stat } from 'node:fs/promises';
import { catalog } from '../catalog.js';
import type { InputSpecification } from '../core/binding.js';
import { parseSamples } from '../data/samples.js';
import { Dataset } from '../data.js';
import { load, type Model, type SampleArray, samples } from '../index.js';
import { suggest, UsageError } from './usage_error.js';
import { type Part, wholeDataset } from './whole_dataset.js';

/** Samples as commands take them. */
export interface CommandData {
  inputs: SampleArray;
  labels?: ArrayLike<number> | undefined;
}

/** What --data may be, for help. */
export const dataForms =
  'A data set of the package; IMAGES,LABELS (idx or .npy); FILE.npz, FILE.npz:INPUTS,LABELS; FILE.csv, FILE.csv:TARGET; ' +
  'a folder with a folder of images for each class; a .bin or a .json file.';

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
 * The first `count` samples of what --data names (see `dataForms`). Samples of the class `except` are passed over.
 * `input` is what the model takes: images in a folder are read in grey where it has one channel.
 */
export async function openData(
  name: string,
  count: number,
  signal: AbortSignal,
  except?: number,
  input?: InputSpecification,
): Promise<CommandData> {
  const ids = catalog().datasets.map(({ id }) => id as string);
  const all: CommandData = ids.includes(name)
    ? await samples(name as never, { signal })
    : await readDataFile(name, 'test', signal, isGrey(input));
  const { data, shape, layout } = all.inputs;
  const [total = 0, ...extents] = shape;
  const rows = Array.from({ length: total }, (_, row) => row).filter((row) => all.labels?.[row] !== (except ?? -1));
  if (count > rows.length) throw new UsageError(`--samples must be at most ${rows.length}, which is what ${name} has.`);
  const chosen = rows.slice(0, count);
  const size = data.length / total;
  const picked = data instanceof Uint8Array ? new Uint8Array(count * size) : new Float32Array(count * size);
  for (const [place, row] of chosen.entries()) picked.set(data.slice(row * size, (row + 1) * size), place * size);
  return {
    inputs: { data: picked, shape: [count, ...extents], ...(layout ? { layout } : {}) },
    labels: all.labels && chosen.map((row) => all.labels?.[row] as number),
  };
}

/**
 * A whole data set to train on: mnist and fashion from where they are installed, or what else --data may be. `part`
 * matters to those two and to .npz files, whose arrays are x_train and y_train, or x_test and y_test.
 */
export async function openTrainingData(
  name: string,
  part: Part,
  { signal, grayscale = false }: { signal?: AbortSignal; grayscale?: boolean } = {},
): Promise<Dataset> {
  const whole = await wholeDataset(name, part, signal);
  if (whole) return whole;
  const data = await readDataFile(name, part, signal, grayscale);
  return data instanceof Dataset ? data : new Dataset(data);
}

async function readDataFile(
  name: string,
  part: Part,
  signal: AbortSignal | undefined,
  grayscale: boolean,
): Promise<CommandData | Dataset> {
  const call = signal ? { signal } : {};
  const [, archive, inputs = `x_${part}`, labels = `y_${part}`] = /^(.*\.npz)(?::([^,]+),([^,]+))?$/.exec(name) ?? [];
  if (archive) return Dataset.fromNpz(await existing(archive), { ...call, inputs, labels });
  const [, table, target] = /^(.*\.[ct]sv(?:\.gz)?)(?::(.+))?$/i.exec(name) ?? [];
  if (table) {
    const delimiter = /\.tsv/i.test(table) ? '\t' : ',';
    return Dataset.fromCsv(await existing(table), { ...call, delimiter, ...(target ? { target } : {}) });
  }
  const pair = name.split(',');
  if (pair.length === 2) {
    const [first, second] = (await Promise.all(pair.map(existing))) as [string, string];
    return /\.npy(\.gz)?$/.test(first) ? Dataset.fromNpy(first, second, call) : Dataset.fromIdx(first, second, call);
  }
  await existing(name);
  if ((await stat(name)).isDirectory()) return Dataset.fromFolder(name, { ...call, grayscale });
  const bytes = await readFile(name);
  return name.endsWith('.json') ? fromJson(bytes.toString(), name) : parseSamples(bytes);
}

function fromJson(text: string, name: string): CommandData {
  try {
    const { inputs, labels } = JSON.parse(text);
    if (Array.isArray(inputs.data) && Array.isArray(inputs.shape)) return { inputs, labels };
  } catch {}
  throw new UsageError(`--data: '${name}' must hold {"inputs": {"data": [...], "shape": [...]}, "labels": [...]}.`);
}

async function existing(path: string): Promise<string> {
  const names = catalog().datasets.map(({ id }) => id as string);
  if (await stat(path).catch(() => undefined)) return path;
  throw new UsageError(
    `--data: there is no data set or file '${path}'.${suggest(path, names)} Data sets: ${names.join(', ')}.`,
  );
}

function isGrey(input: InputSpecification | undefined): boolean {
  if (!input) return false;
  return input.layout === 'chw' ? input.shape[0] === 1 : input.layout === 'hwc' && input.shape[2] === 1;
}
