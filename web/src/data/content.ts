import type { OneHotGroup } from '../core/binding.js';
import { expectType, fail } from '../error.js';
import type { NumberArray } from '../inputs.js';
import type { Layout } from '../layout.js';

/** What a data set is made of. Arrays of the kinds it keeps (see there) are not copied: leave them alone afterwards. */
export interface DatasetContent {
  /**
   * Samples, row after row, with shape [rows, ...extents of one sample]. Bytes stay bytes, 0 to 255, and count as 0 to 1;
   * others become floats. Channels that come first ('chw') are put last.
   */
  inputs: { data: NumberArray; shape: readonly number[]; layout?: Layout };
  /** The class index of each sample. */
  labels?: ArrayLike<number> | undefined;
  /** Numbers to be predicted instead of classes, as many for each sample; or a 0 or 1 for each class of several. */
  targets?: ArrayLike<number> | undefined;
  /** How many classes there are. Default: the number of class names, or one more than the largest label. */
  classes?: number | undefined;
  classNames?: readonly string[] | undefined;
  /** Of samples with one extent. */
  featureNames?: readonly string[] | undefined;
  groups?: readonly OneHotGroup[] | undefined;
}

/** The same, checked; `rows` says which rows of the arrays the data set has, all where it is absent. */
export class Content {
  constructor(
    readonly data: Uint8Array | Float32Array,
    /** Of one sample. */
    readonly shape: readonly number[],
    readonly layout: Layout | undefined,
    readonly labels: Int32Array | undefined,
    readonly targets: Float32Array | undefined,
    readonly classes: number,
    readonly classNames: readonly string[] | undefined,
    readonly featureNames: readonly string[] | undefined,
    readonly groups: readonly OneHotGroup[] | undefined,
    readonly rows: Uint32Array | undefined,
  ) {}

  /** How many numbers one sample has. */
  get size(): number {
    return product(this.shape);
  }

  get length(): number {
    return this.rows?.length ?? this.data.length / this.size;
  }

  /** How many numbers `targets` has for each sample. */
  get targetSize(): number {
    return this.targets ? this.targets.length / (this.data.length / this.size) : 0;
  }

  /** The same arrays, other rows of them. */
  with(rows: Uint32Array): Content {
    const { data, shape, layout, labels, targets, classes, classNames, featureNames, groups } = this;
    return new Content(data, shape, layout, labels, targets, classes, classNames, featureNames, groups, rows);
  }
}

/** @throws MlsecError naming the member at fault. */
export function checkedContent(given: DatasetContent): Content {
  expectType(typeof given === 'object' && given !== null, 'content', 'an object with inputs and labels or targets');
  const { inputs, labels, targets } = given;
  expectType(typeof inputs === 'object' && inputs !== null, 'inputs', '{data, shape}');
  const { data, shape } = checkedInputs(inputs);
  const [rows = 0, ...extents] = shape;
  expectType(labels != null || targets != null, 'labels', 'given, or else targets');
  const indices = labels == null ? undefined : checkedLabels(labels, rows);
  const numbers = targets == null ? undefined : checkedTargets(targets, rows);
  const classNames = checkedNames(given.classNames, 'classNames');
  const classes = indices ? classesOf(given.classes, classNames, indices) : (classNames?.length ?? given.classes ?? 0);
  const featureNames = checkedNames(given.featureNames, 'featureNames');
  if (featureNames && featureNames.length !== product(extents)) {
    fail('shape-mismatch', 'featureNames', `featureNames has ${featureNames.length} names for ${extents} features.`);
  }
  const groups = given.groups && checkedGroups(given.groups, product(extents));
  const planar = inputs.layout === 'chw' && extents.length === 3;
  const [channels = 1, height = 1, width = 1] = extents;
  return new Content(
    planar ? channelsLast(data, extents) : data,
    Object.freeze(planar ? [height, width, channels] : extents),
    planar ? 'hwc' : inputs.layout,
    indices,
    numbers,
    classes,
    classNames,
    featureNames,
    groups,
    undefined,
  );
}

function checkedInputs({ data, shape }: DatasetContent['inputs']): {
  data: Uint8Array | Float32Array;
  shape: number[];
} {
  expectType(isList(data), 'inputs.data', 'a typed array or a list of numbers');
  const whole = (extent: unknown) => Number.isInteger(extent) && (extent as number) >= 0;
  const good = Array.isArray(shape) && shape.length >= 2 && shape.length <= 8 && shape.every(whole);
  expectType(good, 'inputs.shape', 'a list of two to eight whole numbers, [samples, ...extents of one sample]');
  if (product(shape) !== data.length) {
    fail(
      'shape-mismatch',
      'inputs',
      `inputs has ${data.length} numbers, which do not fit its shape ${shape.join(' x ')}.`,
    );
  }
  if (data.length === 0) fail('shape-mismatch', 'inputs', 'inputs must have at least one sample.');
  if (data instanceof Uint8Array) return { data, shape: [...shape] };
  if (data instanceof Uint8ClampedArray) {
    return { data: new Uint8Array(data.buffer, data.byteOffset, data.length), shape: [...shape] };
  }
  return { data: finite(data, 'inputs'), shape: [...shape] };
}

/** As floats; refuses NaN and what is infinite as a float. */
function finite(data: ArrayLike<number>, field: string): Float32Array {
  const floats = data instanceof Float32Array ? data : Float32Array.from(data);
  const wrong = floats.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) fail('not-finite', `${field}[${wrong}]`, `${field}[${wrong}] is not a finite number of 32 bits.`);
  return floats;
}

function checkedLabels(labels: ArrayLike<number>, rows: number): Int32Array {
  expectType(isList(labels), 'labels', 'a list of class indices');
  if (labels.length !== rows) {
    fail('shape-mismatch', 'labels', `labels has ${labels.length} entries, but there are ${rows} samples.`);
  }
  const indices = labels instanceof Int32Array ? labels : Int32Array.from(labels);
  for (const [row, label] of indices.entries()) {
    const field = `labels[${row}]`;
    expectType(label === labels[row], field, 'a class index, a whole number');
    if (label < 0) fail('out-of-range', field, `${field} is ${label}, but classes are counted from 0.`);
  }
  return indices;
}

function checkedTargets(targets: ArrayLike<number>, rows: number): Float32Array {
  expectType(isList(targets), 'targets', 'a list of numbers');
  if (targets.length === 0 || targets.length % rows !== 0) {
    fail(
      'shape-mismatch',
      'targets',
      `targets has ${targets.length} numbers, not the same number for each of the ${rows} samples.`,
    );
  }
  return finite(targets, 'targets');
}

function classesOf(given: number | undefined, names: readonly string[] | undefined, labels: Int32Array): number {
  const [row, largest] = labels.reduce((most, label, at) => (label > most[1] ? [at, label] : most), [0, -1] as [
    number,
    number,
  ]);
  const classes = given ?? names?.length ?? Math.max(largest + 1, 2);
  if (!Number.isInteger(classes) || classes < 2 || classes > 1e6) {
    fail('out-of-range', 'classes', 'classes must be a whole number from 2 to 1000000.');
  }
  if (names && names.length !== classes) {
    fail('shape-mismatch', 'classNames', `classNames has ${names.length} names for ${classes} classes.`);
  }
  if (largest >= classes) {
    const field = `labels[${row}]`;
    fail('out-of-range', field, `${field} is ${largest}, but the classes are 0 to ${classes - 1}.`);
  }
  return classes;
}

function checkedNames(names: readonly string[] | undefined, field: string): readonly string[] | undefined {
  if (names == null) return undefined;
  expectType(Array.isArray(names) && names.every((name) => typeof name === 'string'), field, 'a list of strings');
  return Object.freeze([...names]);
}

function checkedGroups(groups: readonly OneHotGroup[], features: number): readonly OneHotGroup[] {
  expectType(Array.isArray(groups), 'groups', 'a list of {first, count}');
  let next = 0;
  for (const [index, { first, count }] of groups.entries()) {
    const good = Number.isInteger(first) && Number.isInteger(count) && count >= 1;
    if (!good || first < next || first + count > features) {
      fail(
        'out-of-range',
        `groups[${index}]`,
        `groups[${index}] must be features behind those of the group before it.`,
      );
    }
    next = first + count;
  }
  return Object.freeze(groups.map(({ first, count }) => Object.freeze({ first, count })));
}

/** Images with extents [channels, height, width] as [height, width, channels]. */
function channelsLast<T extends Uint8Array | Float32Array>(data: T, extents: readonly number[]): T {
  const [channels = 1, height = 1, width = 1] = extents;
  const area = height * width;
  const result = data.slice() as T;
  for (let start = 0; start < data.length; start += area * channels) {
    for (let channel = 0; channel < channels; channel++) {
      for (let pixel = 0; pixel < area; pixel++) {
        result[start + pixel * channels + channel] = data[start + channel * area + pixel] as number;
      }
    }
  }
  return result;
}

export function product(extents: readonly number[]): number {
  return extents.reduce((result, extent) => result * extent, 1);
}

function isList(value: unknown): value is ArrayLike<number> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value);
}
