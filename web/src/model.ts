/// <reference lib="esnext.disposable" preserve="true" />

import { type CallOptions, checkedCall } from './call_options.js';
import type { Callback } from './callback.js';
import type { ModelInfo, TfjsFiles, TrainJobResult } from './core/binding.js';
import {
  activation,
  type GradientOptions,
  gradient,
  type InputGradient,
  type Jacobian,
  jacobian,
} from './derivatives.js';
import { expectType, fail } from './error.js';
import { type ModelInputs, readSamples } from './inputs.js';
import type { ModelRecord } from './pool/slot.js';
import { predict } from './predict.js';
import type { ModelSource, Predictions, Samples } from './protocol.js';
import { forgetUnused, run } from './runtime.js';

export interface SaveOptions extends CallOptions {
  /** How weights are written. Default 'float32', which reads back as the same model. */
  precision?: 'float32' | 'float16';
}

/** What a Model is made of, apart from the workers' handles. */
export interface ModelState {
  record: ModelRecord;
  info: ModelInfo;
  callback?: Callback;
  history?: TrainJobResult['history'];
}

const states = new WeakMap<Model, ModelState>();
const abandoned = new FinalizationRegistry(dispose);

/** A classifier that lives in the workers. Made by `load`, `modelFrom` and `train`. */
export class Model {
  /** What goes in and comes out, layers, parameters, capabilities, and warnings of the reader. */
  readonly info: ModelInfo;
  /** Loss and accuracy of each epoch, where the model comes from `train`. */
  readonly history: TrainJobResult['history'] | undefined;

  /** @internal */
  constructor(state: ModelState) {
    this.info = state.info;
    this.history = state.history;
    states.set(this, state);
    abandoned.register(this, state.record, this);
  }

  /**
   * The model's answers for whole samples: a label each, and `info.output.classes` probabilities and logits each, row
   * after row.
   * @throws MlsecError naming `inputs` where they do not fit the model.
   */
  async predict(inputs: ModelInputs, options: CallOptions = {}): Promise<Predictions> {
    const state = stateOf(this);
    return predict(state, readSamples(inputs, state.info.input), checkedCall(options));
  }

  /**
   * How each sample's loss changes with its inputs: what attacks follow, and what saliency maps show.
   * @throws MlsecError naming the option or argument at fault; 'unsupported' where `info.capabilities` has no `gradient`.
   */
  async gradient(inputs: ModelInputs, options: GradientOptions = {}): Promise<InputGradient> {
    return gradient(stateOf(this), inputs, checkedCall(options));
  }

  /**
   * How every logit of each sample changes with its inputs. Large: `info.output.classes` times the inputs.
   * @throws MlsecError as `gradient` does.
   */
  async jacobian(inputs: ModelInputs, options: CallOptions = {}): Promise<Jacobian> {
    return jacobian(stateOf(this), inputs, checkedCall(options));
  }

  /**
   * What a layer gives for each sample, images as [height, width, channels] whatever the model's own layout.
   * @param layer an index into `info.layers`, or the name of one.
   * @throws MlsecError naming the argument at fault; 'unsupported' where `info.capabilities` has no `activations`.
   */
  async activation(inputs: ModelInputs, layer: number | string, options: CallOptions = {}): Promise<Samples> {
    return activation(stateOf(this), inputs, layer, checkedCall(options));
  }

  /** The model as a file; as 'tfjs', a graph model of TensorFlow.js: a model.json, and weights.bin that it names. */
  save(format?: 'onnx', options?: SaveOptions): Promise<Uint8Array>;
  save(format: 'tfjs', options?: SaveOptions): Promise<TfjsFiles>;
  async save(format: 'onnx' | 'tfjs' = 'onnx', options: SaveOptions = {}): Promise<Uint8Array | TfjsFiles> {
    const { record } = stateOf(this);
    if (format !== 'onnx' && format !== 'tfjs') fail('unsupported', 'format', "format must be 'onnx' or 'tfjs'.");
    const { precision, ...call } = checkedCall(options);
    const exact = format === 'tfjs' ? 'float32' : precision;
    const task = { kind: 'save', model: record.key, options: exact ? { precision: exact } : {} } as const;
    const [file] = await run([task], { ...call, models: [record] });
    if (format === 'onnx') return file as Uint8Array;
    const conversion = { kind: 'to-tfjs', bytes: file as Uint8Array, precision: precision ?? 'float32' } as const;
    const [files] = await run([conversion], { ...call, pack: 'files', once: true });
    return files as TfjsFiles;
  }

  /** Frees what the workers hold of the model. Later calls with it reject with code 'disposed'; disposing again does nothing. */
  dispose(): void {
    const state = states.get(this);
    if (!state) return;
    states.delete(this);
    abandoned.unregister(this);
    dispose(state.record);
  }

  declare [Symbol.dispose]: () => void;
}

// Safari has no Symbol.dispose yet.
if (Symbol.dispose) {
  Object.defineProperty(Model.prototype, Symbol.dispose, { value: Model.prototype.dispose });
}

function dispose(record: ModelRecord): void {
  record.disposed = true;
  forgetUnused(record);
}

/** The inner side of a model; refuses what is none, and what has been disposed. */
export function stateOf(model: Model, field = 'model'): ModelState {
  expectType(model instanceof Model, field, 'a Model, as load(), modelFrom() or train() give it');
  return states.get(model) ?? fail('disposed', field, `${field} has been disposed.`);
}

let lastKey = 0;

/** Sends a model's source to a worker, which checks it and says what it is. */
export async function makeModel(
  source: ModelSource,
  options: CallOptions,
  extra?: Pick<ModelState, 'callback' | 'history'>,
): Promise<Model> {
  const record: ModelRecord = { key: ++lastKey, source, uses: 0, disposed: false };
  try {
    const [info] = await run([{ kind: 'describe', model: record.key }], { ...options, models: [record] });
    return new Model({ record, info: info as ModelInfo, ...extra });
  } catch (error) {
    dispose(record);
    throw error;
  }
}
