import type { ArchitectureName } from './architectures.js';
import { type CallOptions, checkedCall } from './call_options.js';
import type { Batch, Epoch, ParameterArray } from './core/binding.js';
import { expectType, fail } from './error.js';
import type { Architecture, TrainMethodOptions } from './generated/options.js';
import { type Model, makeModel } from './model.js';
import type { TrainedModel, TrainerAction } from './protocol.js';
import { type OwnWorker, openWorker } from './runtime.js';
import { startOf, type TrainingSources } from './train.js';
import type { LabelledSamples } from './training_data.js';

/** What `Trainer.step` did. */
export interface TrainerStep {
  batches: Batch[];
  /** Those that ended. */
  epochs: Epoch[];
  /** Batches so far, of all. */
  done: number;
  total: number;
}

const abandoned = new FinalizationRegistry((worker: OwnWorker) => worker.close());
let lastKey = 0;

/**
 * A training taken step by step, in a worker of its own: for what goes beyond `train`, such as gradients that come from
 * elsewhere. Calls are done in their order.
 */
export class Trainer {
  readonly #worker: OwnWorker;
  readonly #key = ++lastKey;
  readonly #deterministic: boolean | undefined;
  #disposed = false;

  /**
   * Draws initial weights, or resumes from `options.checkpoint`.
   * @throws MlsecError naming the layer, option or argument at fault.
   */
  static async create(
    architecture: Architecture | ArchitectureName,
    dataset: LabelledSamples,
    options: TrainMethodOptions & TrainingSources & CallOptions = {},
  ): Promise<Trainer> {
    const { signal, deterministic, ...rest } = checkedCall(options);
    const start = startOf(architecture, dataset, rest);
    const trainer = new Trainer(await openWorker(deterministic), deterministic);
    try {
      await trainer.#ask({ name: 'open', ...start }, signal);
      return trainer;
    } catch (error) {
      trainer.dispose();
      throw error;
    }
  }

  private constructor(worker: OwnWorker, deterministic: boolean | undefined) {
    this.#deterministic = deterministic;
    this.#worker = worker;
    abandoned.register(this, this.#worker, this);
  }

  /** Does the next batches, and what an epoch ends with. Aborted, it may be called again and goes on. */
  step(batches = 1, { signal }: CallOptions = {}): Promise<TrainerStep> {
    if (!Number.isInteger(batches) || batches < 1) {
      fail('out-of-range', 'batches', 'batches must be a whole number of at least 1.');
    }
    return this.#ask({ name: 'step', batches }, signal) as Promise<TrainerStep>;
  }

  /** All parameters: weights, and the running statistics of normalisations. */
  parameters(): Promise<ParameterArray[]> {
    return this.#ask({ name: 'read', what: 'parameters' }) as Promise<ParameterArray[]>;
  }

  /** Replaces all parameters, given in the order of `parameters()`. */
  async setParameters(parameters: readonly (ParameterArray | Float32Array)[]): Promise<void> {
    await this.#ask({ name: 'write', what: 'parameters', row: oneRow(parameters, 'parameters') });
  }

  /** The gradient of the next batch's mean loss to each parameter; nothing changes by it. */
  gradient(): Promise<ParameterArray[]> {
    return this.#ask({ name: 'read', what: 'gradient' }) as Promise<ParameterArray[]>;
  }

  /** Takes the place of a batch: one step of the optimizer along this gradient. */
  async applyGradient(gradient: readonly (ParameterArray | Float32Array)[]): Promise<void> {
    await this.#ask({ name: 'write', what: 'gradient', row: oneRow(gradient, 'gradient') });
  }

  /** The state between two batches, as bytes for the option `checkpoint`. */
  checkpoint(): Promise<Uint8Array> {
    return this.#ask({ name: 'checkpoint' }) as Promise<Uint8Array>;
  }

  /** The network as it is now. */
  async model(): Promise<Model> {
    const { bytes, history } = (await this.#ask({ name: 'model' })) as TrainedModel;
    return makeModel({ bytes, options: {} }, { deterministic: this.#deterministic }, { history });
  }

  /** Ends the worker. Later calls reject with code 'disposed'. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    abandoned.unregister(this);
    this.#worker.close();
  }

  declare [Symbol.dispose]: () => void;

  async #ask(action: TrainerAction, signal?: AbortSignal): Promise<unknown> {
    if (this.#disposed) fail('disposed', 'trainer', 'The trainer has been disposed of.');
    return this.#worker.run({ kind: 'trainer', key: this.#key, action }, { signal });
  }
}

// Safari has no Symbol.dispose yet.
if (Symbol.dispose) {
  Object.defineProperty(Trainer.prototype, Symbol.dispose, { value: Trainer.prototype.dispose });
}

function oneRow(arrays: readonly (ParameterArray | Float32Array)[], field: string): Float32Array {
  expectType(Array.isArray(arrays), field, 'a list of arrays, as the trainer gives it');
  const parts = arrays.map((array) => (array instanceof Float32Array ? array : array?.data));
  for (const [index, part] of parts.entries()) {
    expectType(part instanceof Float32Array, `${field}[${index}]`, 'a Float32Array, or an object with one as data');
  }
  const row = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    row.set(part, offset);
    offset += part.length;
  }
  return row;
}
