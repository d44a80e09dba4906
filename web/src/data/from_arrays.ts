import type { DataArray } from '../core/binding.js';
import { expectType, fail } from '../error.js';
import type { Layout } from '../layout.js';
import { readData } from '../read_data.js';
import type { DatasetContent } from './content.js';
import { type DataFile, largestFile, type ReadOptions, readSource } from './source.js';
import { readDirectory, readMember } from './zip.js';

export interface ArrayOptions extends ReadOptions {
  /** Of images with three extents, their order in the file; default 'hwc', channels last. */
  layout?: Layout;
  /** 'class' (default): labels are class indices. 'number': they are numbers to be predicted, one or more a sample. */
  targetKind?: 'class' | 'number';
  /** Default: the number of class names, or one more than the largest label. */
  classes?: number;
  classNames?: readonly string[];
}

export interface NpzOptions extends ArrayOptions {
  /** Names of the arrays in the file, such as 'x_train' and 'y_train'. */
  inputs: string;
  labels: string;
}

export function fromIdx(inputs: DataFile, labels: DataFile, options: ArrayOptions): Promise<DatasetContent> {
  return fromPair(
    'idx',
    () => readSource(inputs, 'inputs', options),
    () => readSource(labels, 'labels', options),
    options,
  );
}

export function fromNpy(inputs: DataFile, labels: DataFile, options: ArrayOptions): Promise<DatasetContent> {
  return fromPair(
    'npy',
    () => readSource(inputs, 'inputs', options),
    () => readSource(labels, 'labels', options),
    options,
  );
}

export async function fromNpz(file: DataFile, options: NpzOptions): Promise<DatasetContent> {
  expectType(
    typeof options === 'object' && options !== null,
    'options',
    'an object with the members inputs and labels',
  );
  const archive = await readSource(file, 'file', options);
  const members = readDirectory(archive, 'file');
  const member = (option: 'inputs' | 'labels') => {
    const wanted = options[option];
    expectType(typeof wanted === 'string', option, 'the name of an array in the file');
    const found = members.find(({ name }) => name === `${wanted}.npy` || name === wanted);
    if (found) return readMember(archive, found, largestFile, option);
    const names = members.map(({ name }) => name.replace(/\.npy$/, '')).slice(0, 20);
    return fail('unknown-name', option, `${option}: no array is called '${wanted}'; there are ${names.join(', ')}.`);
  };
  return fromPair(
    'npy',
    () => member('inputs'),
    () => member('labels'),
    options,
  );
}

async function fromPair(
  format: 'npy' | 'idx',
  inputBytes: () => Promise<Uint8Array>,
  labelBytes: () => Promise<Uint8Array>,
  options: ArrayOptions,
): Promise<DatasetContent> {
  const { signal, deterministic, layout, targetKind = 'class', classes, classNames } = options;
  const kinds = ['class', 'number'];
  if (!kinds.includes(targetKind)) fail('unknown-name', 'targetKind', `targetKind must be ${kinds.join(' or ')}.`);
  const call = { signal, deterministic };
  const inputs = await readData(format, await inputBytes(), { ...call, field: 'inputs' });
  const labels = await readData(format, await labelBytes(), { ...call, field: 'labels' });
  return {
    inputs: asSamples(inputs, layout),
    ...(targetKind === 'number' ? { targets: labels.data } : { labels: asLabels(labels) }),
    classes,
    classNames,
  };
}

/** Samples of two extents are images of one channel; a lone number a sample is one feature. */
function asSamples({ data, shape }: DataArray, layout: Layout | undefined): DatasetContent['inputs'] {
  if (shape.length === 1) return { data: asInputs(data), shape: [...shape, 1] };
  if (shape.length === 3) return { data: asInputs(data), shape: [...shape, 1], layout: 'hwc' };
  return { data: asInputs(data), shape, ...(shape.length === 4 ? { layout: layout ?? 'hwc' } : {}) };
}

function asInputs(data: DataArray['data']): Uint8Array | Float32Array {
  return data instanceof Uint8Array || data instanceof Float32Array ? data : Float32Array.from(data);
}

function asLabels({ data, shape }: DataArray): DataArray['data'] {
  const [rows, ...extents] = shape;
  if (rows === data.length && extents.every((extent) => extent === 1)) return data;
  return fail(
    'shape-mismatch',
    'labels',
    `labels has the shape ${shape.join(' x ')}, not one class index a sample; targetKind 'number' takes it as numbers.`,
  );
}
