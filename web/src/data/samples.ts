import { assets } from '../assets/files.js';
import { fail } from '../error.js';
import { gunzip, readAsset } from '../fetching.js';
import type { DatasetId } from '../generated/options.js';
import { firstSamples } from '../generated/traits.js';

/** Labelled samples that come with the package. */
export interface ShippedSamples {
  /** Bytes, row after row; shape is [samples, height, width, channels]. */
  inputs: { data: Uint8Array; shape: number[]; layout: 'hwc' };
  /** The class index of each sample. */
  labels: Int32Array;
  /** What the classes are called. */
  classNames: string[];
}

/**
 * The first 1,000 test samples of a data set, or fewer of them: up to 50 are a small file of their own.
 * @throws MlsecError 'unknown-name' where the package has none of that name, 'load-failed' where they cannot be had.
 */
export async function samples(
  name: DatasetId,
  { signal, first }: { signal?: AbortSignal; first?: number } = {},
): Promise<ShippedSamples> {
  const integer = first === undefined || (Number.isInteger(first) && first > 0);
  if (!integer) fail('out-of-range', 'first', 'first must be a whole number above 0.');
  const asset = Object.hasOwn(assets.data, name) ? assets.data[name] : undefined;
  if (!asset) {
    const names = Object.keys(assets.data).join(', ');
    return fail('unknown-name', 'name', `name: no data set is called '${name}'; there are ${names}.`);
  }
  const few = first !== undefined && first <= firstSamples ? assets.firstData[name] : undefined;
  const all = parseSamples(await gunzip(await readAsset((few ?? asset)(), 'name', signal)));
  return first === undefined ? all : beginningOf(all, first);
}

function beginningOf({ inputs, labels, classNames }: ShippedSamples, count: number): ShippedSamples {
  const kept = Math.min(count, labels.length);
  const size = inputs.data.length / labels.length;
  return {
    inputs: { ...inputs, data: inputs.data.slice(0, kept * size), shape: [kept, ...inputs.shape.slice(1)] },
    labels: labels.slice(0, kept),
    classNames,
  };
}

/**
 * Reads data/<name>.bin. The file is gzipped; unpacked it holds two arrays in the idx format of the MNIST files, one
 * after the other: the images (bytes, [samples, height, width, channels]) and the labels (bytes, [samples]). Behind them
 * stand the names of the classes, one a line.
 * An idx array is 0, 0, 8 (unsigned bytes), the number of extents, each extent as a big-endian 32-bit integer, the data.
 */
export function parseSamples(file: Uint8Array): ShippedSamples {
  const images = readIdx(file, 0);
  const labels = readIdx(file, images.end);
  return {
    inputs: { data: images.data, shape: images.shape, layout: 'hwc' },
    labels: Int32Array.from(labels.data),
    classNames: new TextDecoder().decode(file.subarray(labels.end)).split('\n'),
  };
}

function readIdx(file: Uint8Array, offset: number): { data: Uint8Array; shape: number[]; end: number } {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const broken = () => fail('malformed', 'name', 'The file of samples is damaged.');
  if (offset + 4 > file.length || view.getUint32(offset) >> 8 !== 8) return broken();
  const start = offset + 4 + 4 * view.getUint8(offset + 3);
  if (start > file.length) return broken();
  const shape: number[] = [];
  for (let at = offset + 4; at < start; at += 4) shape.push(view.getUint32(at));
  const end = start + shape.reduce((product, extent) => product * extent, 1);
  if (end > file.length) return broken();
  return { data: file.slice(start, end), shape, end };
}
