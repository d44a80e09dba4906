import { type ArchitectureName, architectureOf } from './architectures.js';
import { type CallOptions, checkedCall, type Progress, progressOf } from './call_options.js';
import type { Batch, Epoch } from './core/binding.js';
import { expectType, fail, MlsecError } from './error.js';
import type { Architecture, TrainMethodOptions } from './generated/options.js';
import { type Model, makeModel } from './model.js';
import type { TrainingStart } from './protocol.js';
import { run, workerCount } from './runtime.js';
import { type LabelledSamples, readTrainingData } from './training_data.js';

/** What every training takes beside its options. */
export interface TrainingSources {
  /** Samples on which every epoch is measured; instead of `validationShare`. */
  validation?: LabelledSamples;
  /** Resumes a training of the same architecture, data and options. */
  checkpoint?: Uint8Array;
}

export type TrainOptions = TrainMethodOptions &
  CallOptions &
  TrainingSources & {
    /** How many workers share each batch: default what `configure` says. The result does not depend on it. */
    workers?: number;
    /** Aborting this ends the training after the present batch; `train` resolves with what it has. */
    stop?: AbortSignal;
    onBatch?: (batch: Batch) => void;
    onEpoch?: (epoch: Epoch) => void;
    /** The state after an epoch, to be resumed from; of epochs that take no time, the last one's. */
    onCheckpoint?: (checkpoint: Uint8Array) => void;
    onProgress?: (progress: Progress) => void;
  };

/**
 * Trains a classifier, in workers of its own.
 * @throws MlsecError naming the layer, option or argument at fault; 'not-finite' where training diverges, and
 *   'instance-lost' where a worker died: these have the last `checkpoint`.
 */
export async function train(
  architecture: Architecture | ArchitectureName,
  dataset: LabelledSamples,
  options: TrainOptions = {},
): Promise<Model> {
  const { signal, stop, deterministic, workers, onBatch, onEpoch, onCheckpoint, onProgress, ...rest } =
    checkedCall(options);
  expectType(stop == null || stop instanceof AbortSignal, 'stop', 'an AbortSignal');
  signal?.throwIfAborted();
  const start = startOf(architecture, dataset, rest);
  const report = progressOf(onProgress);
  let checkpoint: Uint8Array | undefined = start.setting.checkpoint;
  try {
    const [trained] = await run(tasksFor(start, workers ?? workerCount()), {
      signal,
      stop,
      deterministic,
      pack: 'training',
      once: true,
      onState(_, state) {
        for (const batch of state.batches ?? []) onBatch?.(batch);
        for (const epoch of state.epochs ?? []) onEpoch?.(epoch);
        if (state.checkpoint) {
          checkpoint = state.checkpoint;
          onCheckpoint?.(checkpoint);
        }
        report(state.done, state.total);
      },
    });
    if (!trained) return fail('internal', '', 'The training ended without a model.');
    const { bytes, history } = trained;
    return await makeModel({ bytes, options: {} }, { signal, deterministic }, { history });
  } catch (error) {
    if (!(error instanceof MlsecError) || error.checkpoint || !checkpoint) throw error;
    const { code, field, message, cause } = error;
    throw new MlsecError(code, field, message, { cause, checkpoint });
  }
}

/** What a training starts from, for a single worker. */
export function startOf(
  architecture: Architecture | ArchitectureName,
  dataset: LabelledSamples,
  { validation, checkpoint, ...options }: TrainMethodOptions & TrainingSources,
): TrainingStart {
  const named = typeof architecture === 'string';
  expectType(
    named || (typeof architecture === 'object' && architecture !== null),
    'architecture',
    'an object { input, layers }, or a name',
  );
  expectType(checkpoint == null || checkpoint instanceof Uint8Array, 'checkpoint', 'the bytes of a checkpoint');
  const data = readTrainingData(dataset);
  return {
    architecture: named ? architectureOf(architecture, data.shape.slice(1), data.classes) : architecture,
    setting: {
      dataset: data,
      ...(validation && { validation: readTrainingData({ classes: data.classes, ...validation }, 'validation') }),
      ...(checkpoint && { checkpoint }),
      rank: 0,
      workers: 1,
    },
    options,
  };
}

/** One task a worker, with a channel between every two. */
function tasksFor(start: TrainingStart, workers: number) {
  if (!Number.isInteger(workers) || workers < 1 || workers > 64) {
    fail('out-of-range', 'workers', 'workers must be a whole number from 1 to 64.');
  }
  const tasks = Array.from({ length: workers }, (_, rank) => ({
    kind: 'train' as const,
    ...start,
    setting: { ...start.setting, rank, workers },
    ports: [] as MessagePort[],
  }));
  for (const [rank, task] of tasks.entries()) {
    for (const other of tasks.slice(rank + 1)) {
      const { port1, port2 } = new MessageChannel();
      task.ports.push(port1);
      other.ports.push(port2);
    }
  }
  return tasks;
}
