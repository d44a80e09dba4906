import type { TrainingData } from './core/binding.js';
import { expectType, fail } from './error.js';
import type { NumberArray, SampleArray } from './inputs.js';

/** Samples with the class index of each, or with numbers that outputs shall meet; a `Dataset` of mlsec/data is one. */
export interface LabelledSamples {
  /** Bytes count as 0 to 255 and are scaled by 1/255. */
  inputs: SampleArray;
  labels?: ArrayLike<number> | undefined;
  /** Default: as many as there are names, or one more than the largest label. */
  classes?: number;
  /** What the classes, or else the targets, are called: the trained model's `info.output.labels`. */
  classNames?: readonly string[] | undefined;
  /** Instead of labels: as many numbers for each sample as the network has outputs, row after row. */
  targets?: ArrayLike<number> | undefined;
}

/** A data set as the core takes it; the core checks what is in it. `name` is the argument's, for errors. */
export function readTrainingData(dataset: LabelledSamples, name = 'dataset'): TrainingData {
  const { inputs, labels, targets, classes, classNames } = dataset ?? {};
  expectType(typeof inputs === 'object' && inputs !== null, name, 'an object with inputs and labels');
  const { data, shape } = inputs;
  expectType(Array.isArray(shape), 'shape', 'a list of extents');
  expectType(typeof data === 'object' && data !== null && 'length' in data, 'inputs', '{data, shape}');
  const isNamed = Array.isArray(classNames) && classNames.every((name) => typeof name === 'string');
  expectType(classNames == null || isNamed, 'classNames', 'a list of strings');
  const common = {
    inputs: asBytesOrFloats(data),
    shape: [...shape],
    ...(classNames && { classNames: [...classNames] }),
  };
  if (targets != null) {
    const list = Float32Array.from(targets);
    return { ...common, targets: list, classes: list.length / Math.max(1, shape[0] ?? 1) };
  }
  const list = readLabels(labels);
  const largest = list.reduce((most, label) => Math.max(most, label), 0);
  return { ...common, labels: list, classes: classes ?? classNames?.length ?? largest + 1 };
}

export function readLabels(labels: ArrayLike<number> | undefined): Int32Array {
  expectType(typeof labels === 'object' && labels !== null && 'length' in labels, 'labels', 'a list of class indices');
  const list = Int32Array.from(labels as ArrayLike<number>);
  const wrong = list.findIndex((label, index) => label !== labels?.[index]);
  if (wrong >= 0) fail('wrong-type', `labels[${wrong}]`, `labels[${wrong}] must be a class index, a whole number.`);
  return list;
}

/** Part of a larger array is copied: sent to a worker, it would take all of that along. */
function asBytesOrFloats(data: NumberArray): Uint8Array | Float32Array {
  const isWhole = ArrayBuffer.isView(data) && data.byteLength === data.buffer.byteLength;
  if (data instanceof Uint8Array || data instanceof Uint8ClampedArray) {
    return isWhole && data instanceof Uint8Array ? data : new Uint8Array(data);
  }
  return isWhole && data instanceof Float32Array ? data : new Float32Array(data);
}
