import type { InputSpecification } from './core/binding.js';
import { expectType, fail } from './error.js';
import { type ImageSource, isImage, readImage } from './images.js';
import { type Layout, layOut } from './layout.js';
import type { Samples } from './protocol.js';

/** Numbers: bytes are 0 to 255 and are scaled onto the model's bounds, others are taken as they are. */
export type NumberArray = Float32Array | Float64Array | Uint8Array | Uint8ClampedArray | readonly number[];

/** Samples, row after row, in the model's own layout unless `layout` says otherwise. */
export interface SampleArray {
  data: NumberArray;
  /** [rows, ...extents of one sample]. */
  shape: readonly number[];
  /** The order of an image's extents in `shape`, where it may differ from the model's: it is rearranged then. */
  layout?: Layout;
}

/**
 * What models take: samples with their shape, a data set, an image or several (resampled to the model's size where they
 * have another; transparent is black), whole samples as a flat array of numbers, or one list of numbers a sample.
 */
export type ModelInputs =
  | SampleArray
  | { inputs: SampleArray; labels?: ArrayLike<number> | undefined }
  | ImageSource
  | readonly ImageSource[]
  | NumberArray
  | readonly (readonly number[])[];

const expected = '{data, shape}, a data set, images, or numbers';

/** The samples in the model's own layout; the core checks shape and values. */
export function readSamples(inputs: ModelInputs, model: InputSpecification): Samples {
  expectType(typeof inputs === 'object' && inputs !== null, 'inputs', expected);
  if ('inputs' in inputs) return readSamples(inputs.inputs, model);
  if (isImage(inputs)) return readImages([inputs], model);
  if (Array.isArray(inputs) && isImage(inputs[0])) return readImages(inputs, model);
  if (isNumbers(inputs)) {
    const nested = Array.isArray(inputs[0]);
    const data = toFloats(nested ? (inputs as number[]).flat(Number.POSITIVE_INFINITY) : inputs, model);
    const size = sizeOf(model);
    const rows = nested ? inputs.length : data.length / size;
    if (!Number.isInteger(rows) || rows * size !== data.length) {
      fail(
        'shape-mismatch',
        'inputs',
        `inputs holds ${data.length} numbers: not ${rows || 'whole'} samples of ${size}.`,
      );
    }
    return { data, shape: [rows, ...model.shape] };
  }
  const { data, shape, layout } = inputs as SampleArray;
  expectType(isNumbers(data) && isNumbers(shape), 'inputs', expected);
  const samples = { data: toFloats(data, model), shape: [...shape] };
  return layout ? layOut(samples, layout, model) : samples;
}

/** A data set brings its labels along. */
export function labelsOf(inputs: ModelInputs): { labels?: ArrayLike<number> } {
  return typeof inputs === 'object' && inputs !== null && 'labels' in inputs && inputs.labels
    ? { labels: inputs.labels }
    : {};
}

function readImages(images: readonly ImageSource[], model: InputSpecification): Samples {
  const pixels = images.map((image) => readImage(image, model));
  const [{ shape } = { shape: [] as number[] }] = pixels;
  const data = new Float32Array(images.length * sizeOf(model));
  pixels.forEach((image, index) => {
    data.set(toFloats(image.data, model), index * image.data.length);
  });
  return layOut({ data, shape: [images.length, ...shape] }, 'hwc', model);
}

/** How many numbers one sample has. */
export function sizeOf(model: { shape: readonly number[] }): number {
  return model.shape.reduce((product, extent) => product * extent, 1);
}

function isNumbers(value: unknown): value is NumberArray {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function toFloats(data: NumberArray, { lower, upper }: InputSpecification): Float32Array {
  if (data instanceof Uint8Array || data instanceof Uint8ClampedArray) {
    const shades = Float32Array.from({ length: 256 }, (_, byte) => lower + ((upper - lower) * byte) / 255);
    const floats = new Float32Array(data.length);
    for (let i = 0; i < data.length; i++) floats[i] = shades[data[i] as number] as number;
    return floats;
  }
  if (Array.isArray(data)) {
    const wrong = data.findIndex((value) => typeof value !== 'number');
    if (wrong >= 0) fail('wrong-type', `inputs[${wrong}]`, `inputs[${wrong}] must be a number.`);
  }
  return data instanceof Float32Array ? data : new Float32Array(data);
}
