import type { InputSpecification } from './core/binding.js';
import { fail, MlsecError } from './error.js';
import { perFeatureArrays, perSampleArrays, perSampleLists } from './generated/traits.js';
import { sizeOf } from './inputs.js';
import type { Samples } from './protocol.js';

/** As many samples as one task holds at most. */
export const largestChunk = 32;

/** A run of samples of a call, and the index of its first. */
export interface Chunk {
  first: number;
  rows: number;
  inputs: Samples;
}

/** How many rows a batch has; 0 where it does not fit the model, which the core is left to say. */
export function rowsOf({ data, shape }: Samples, model: InputSpecification): number {
  const [rows = 0, ...extents] = shape;
  return withoutOnes(extents) === withoutOnes(model.shape) && rows * sizeOf(model) === data.length ? rows : 0;
}

/** Extents of 1 carry no information: the core takes 28 x 28 x 1 for 1 x 28 x 28. */
function withoutOnes(extents: readonly number[]): string {
  return extents.filter((extent) => extent !== 1).join();
}

/** Cuts `total` rows into chunks, small enough that every worker gets some. At least one, also where there are none. */
export function cut(inputs: Samples, total: number, workers: number, most = largestChunk): Chunk[] {
  if (total === 0) return [{ first: 0, rows: 0, inputs }];
  const rowsEach = Math.min(most, Math.ceil(total / workers));
  const size = inputs.data.length / total;
  const chunks: Chunk[] = [];
  for (let first = 0; first < total; first += rowsEach) {
    const rows = Math.min(rowsEach, total - first);
    const data = inputs.data.slice(first * size, (first + rows) * size);
    chunks.push({ first, rows, inputs: { data, shape: [rows, ...inputs.shape.slice(1)] } });
  }
  return chunks;
}

type Sliceable = ArrayLike<unknown> & { slice(from: number, to: number): unknown };

/** How many entries each sample of `features` numbers has of the options with entries for each sample. */
function perSampleEntries(
  options: Record<string, unknown>,
  total: number,
  features: number,
): [string, Sliceable, number][] {
  return [...perSampleLists, ...perSampleArrays, ...perFeatureArrays].flatMap((name): [string, Sliceable, number][] => {
    const value = options[name];
    const isList = Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value);
    if (!isList || total === 0) return [];
    const list = value as Sliceable;
    // One number a feature, for all samples.
    if (perFeatureArrays.includes(name) && list.length === features) return [];
    return [[name, list, perSampleLists.includes(name) ? 1 : list.length / total]];
  });
}

/** Refuses options that have not as many entries as there are samples: cutting them would hide it. */
export function checkPerSample(options: Record<string, unknown>, total: number, features: number): void {
  for (const [name, { length }, each] of perSampleEntries(options, total, features)) {
    const fits = perFeatureArrays.includes(name) ? each === features : Number.isInteger(each);
    if (length === each * total && fits) continue;
    fail('shape-mismatch', name, `${name} has ${length} entries, but there are ${total} inputs.`);
  }
}

/** The options for one chunk: its own entries of those that have some for each sample. */
export function optionsFor(
  options: Record<string, unknown>,
  { first, rows }: Pick<Chunk, 'first' | 'rows'>,
  total: number,
  features: number,
): object {
  const own = { ...options };
  for (const [name, value, each] of perSampleEntries(options, total, features)) {
    own[name] = value.slice(first * each, (first + rows) * each);
  }
  return own;
}

/** The options for some samples: their entries of those that have some for each sample. */
export function optionsOfRows(
  options: Record<string, unknown>,
  rows: readonly number[],
  total: number,
  features: number,
): Record<string, unknown> {
  const own = { ...options };
  for (const [name, value, each] of perSampleEntries(options, total, features)) {
    own[name] = rows.flatMap((row) => Array.from(value.slice(row * each, (row + 1) * each) as ArrayLike<unknown>));
  }
  return own;
}

/** Copies of some samples. */
export function takeRows({ data, shape }: Samples, rows: readonly number[]): Samples {
  const size = data.length / (shape[0] as number);
  const taken = new Float32Array(rows.length * size);
  for (const [place, row] of rows.entries()) taken.set(data.subarray(row * size, (row + 1) * size), place * size);
  return { data: taken, shape: [rows.length, ...shape.slice(1)] };
}

/** The core counts the samples of a chunk and the numbers in them; the caller counts those of the call. */
export function inWholeCall(error: unknown, { first }: Chunk, model: InputSpecification): unknown {
  if (!(error instanceof MlsecError) || first === 0) return error;
  const shift = (text: string) =>
    text.replace(/\b(\w+)\[(\d+)\]/g, (whole, name, index) => {
      const offset = name === 'inputs' ? first * sizeOf(model) : perSampleLists.includes(name) ? first : 0;
      return offset > 0 ? `${name}[${Number(index) + offset}]` : whole;
    });
  return new MlsecError(error.code, shift(error.field), shift(error.message), { cause: error.cause });
}

/** Joins the results of chunks member by member: arrays one after another, anything else from the first. */
export function join<T>(parts: T[]): T {
  const [first] = parts;
  if (parts.length === 1 || typeof first !== 'object' || first === null) return first as T;
  if (Array.isArray(first)) return (parts as unknown[][]).flat() as T;
  if (ArrayBuffer.isView(first)) return joinArrays(parts as unknown as Float32Array[]) as T;
  const names = Object.keys(first) as (keyof T)[];
  return Object.fromEntries(names.map((name) => [name, join(parts.map((part) => part[name]))])) as T;
}

function joinArrays(parts: Float32Array[]): Float32Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const TypedArray = (parts[0] as Float32Array).constructor as Float32ArrayConstructor;
  const joined = new TypedArray(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
