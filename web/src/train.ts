import { type CallOptions, checkedCall, type Progress, progressOf } from './call_options.js';
import type { TrainJobResult } from './core/binding.js';
import { expectType, fail } from './error.js';
import type { Architecture, TrainMethodOptions } from './generated/options.js';
import type { NumberArray, SampleArray } from './inputs.js';
import { type Model, makeModel } from './model.js';
import type { TrainingData } from './protocol.js';
import { run } from './runtime.js';

/** Samples with the class index of each; a `Dataset` of mlsec/data is one. */
export interface Dataset {
  /** Bytes count as 0 to 255 and are scaled by 1/255. */
  inputs: SampleArray;
  labels?: ArrayLike<number> | undefined;
  /** Default: one more than the largest label. */
  classes?: number;
}

/** One epoch of a training. */
export type Epoch = TrainJobResult['history'][number];

export type TrainOptions = TrainMethodOptions &
  CallOptions & {
    onEpoch?: (epoch: Epoch) => void;
    onProgress?: (progress: Progress) => void;
  };

/**
 * Trains a classifier, in a worker of its own.
 * @throws MlsecError naming the layer, option or argument at fault; 'instance-lost' where the worker died.
 */
export async function train(architecture: Architecture, dataset: Dataset, options: TrainOptions = {}): Promise<Model> {
  expectType(
    typeof architecture === 'object' && architecture !== null,
    'architecture',
    'an object or a list of layers',
  );
  const { signal, deterministic, onEpoch, onProgress, ...own } = checkedCall(options);
  signal?.throwIfAborted();
  const task = { kind: 'train', architecture, dataset: readDataset(dataset), options: own } as const;
  const report = progressOf(onProgress);
  const [trained] = await run([task], {
    signal,
    deterministic,
    once: true,
    onState(_, { done, total, epochs }) {
      for (const epoch of epochs ?? []) onEpoch?.(epoch);
      report(done, total);
    },
  });
  if (!trained) return fail('internal', '', 'The training ended without a model.');
  return makeModel({ bytes: trained.bytes, options: {} }, { signal, deterministic }, { history: trained.history });
}

function readDataset(dataset: Dataset): TrainingData {
  const { inputs, labels, classes } = dataset ?? {};
  expectType(typeof inputs === 'object' && inputs !== null, 'dataset', 'an object with inputs and labels');
  if (typeof labels !== 'object' || labels === null || !('length' in labels)) {
    return fail('wrong-type', 'labels', 'labels must be a list of class indices.');
  }
  const { data, shape } = inputs;
  expectType(Array.isArray(shape), 'shape', 'a list of extents');
  expectType(typeof data === 'object' && data !== null && 'length' in data, 'inputs', '{data, shape}');
  const list = Int32Array.from(labels);
  const wrong = list.findIndex((label, index) => label !== labels[index]);
  if (wrong >= 0) fail('wrong-type', `labels[${wrong}]`, `labels[${wrong}] must be a class index, a whole number.`);
  return {
    inputs: asBytesOrFloats(data),
    shape: [...shape],
    labels: list,
    classes: classes ?? list.reduce((largest, label) => Math.max(largest, label), 0) + 1,
  };
}

function asBytesOrFloats(data: NumberArray): Uint8Array | Float32Array {
  if (data instanceof Uint8ClampedArray) return new Uint8Array(data);
  return data instanceof Uint8Array || data instanceof Float32Array ? data : Float32Array.from(data);
}
