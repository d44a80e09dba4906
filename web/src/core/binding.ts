/**
 * What the WebAssembly module exports (bindings/embind.cpp), as seen by the worker that owns the instance.
 * Plain objects and typed arrays in, plain objects and freshly copied typed arrays out; no view of the
 * instance's memory ever leaves a call. A mistake of the caller comes back as an ErrorReport; a thrown
 * WebAssembly.RuntimeError or Exception means the instance is lost.
 */
export interface ErrorReport {
  /** One of the names of ErrorCode in src/base/error.hpp. */
  code: string;
  /** The public name of the option or argument at fault; '' where there is none. */
  field: string;
  /** A whole sentence. */
  message: string;
  /** Of a training that failed: what to resume from. */
  checkpoint?: Uint8Array;
}

export type Outcome<T> = { ok: true; value: T } | { ok: false; error: ErrorReport };

/** A handle into the instance's registry; released with `release`. */
export type Handle = number;

export interface InputSpecification {
  name: string;
  kind: 'image' | 'vector';
  /** Extents of one sample as the user sees them: [height, width, channels], [channels, height, width] or [features]. */
  shape: number[];
  layout: 'hwc' | 'chw' | 'flat';
  /** Where the model has several inputs: what lies in one sample, one part behind another. */
  parts?: { name: string; shape: number[] }[];
  /** Every feature lies in [lower, upper]. */
  lower: number;
  upper: number;
}

export interface OutputSpecification {
  kind: 'classes';
  classes: number;
  /** Names of the classes, "0", "1" ... where the model gives none. */
  labels: string[];
}

/** What an attack on a set of samples has found. */
export interface UniversalPart {
  /** A perturbation of the extents of a sample, or a patch of height x width x channels. */
  pattern: Float32Array;
  shape: number[];
  /** Of a patch; '' where it is a perturbation. */
  form: 'round' | 'square' | '';
  /** The samples that count: with a target, those that were not taken for it anyway. */
  samples: number;
  /** How many of them the pattern fools. */
  fooled: number;
  queries: number;
  gradients: number;
  /** Whether it ended for maxQueries, maxGradients or maxSeconds. */
  exhausted: boolean;
}

export interface ModelInfo {
  name: string;
  input: InputSpecification;
  output: OutputSpecification;
  /** One line a layer, in order: its name, what it is, the shape of its output for one sample, its parameters. */
  layers: { name: string; kind: string; shape: number[]; parameters: number }[];
  parameters: number;
  /** Whether there are gradients to inputs, outputs of layers, and logits beside labels. */
  capabilities: { gradient: boolean; activations: boolean; scores: boolean };
  warnings: string[];
}

/** What a model file holds. */
export interface ModelContent {
  /** Extents with the batch; null where the file leaves one open. */
  inputs: { name: string; shape: (number | null)[] }[];
  outputs: { name: string; shape: (number | null)[] }[];
  /** Operators of ONNX, into which other formats are translated. */
  operations: { operation: string; count: number }[];
  parameters: number;
  /** Why it cannot be loaded, each a sentence that names the node and its operation; empty where it can. */
  problems: string[];
}

/** What a callback model says of itself. */
export interface CallbackSpecification {
  shape: number[];
  classes: number;
  lower?: number;
  upper?: number;
  labels?: string[];
  /** 'logits' (default), 'probabilities' (their logarithm is taken), or 'labels': a class index a sample. */
  output?: 'logits' | 'probabilities' | 'labels';
}

export interface AttackJobResult {
  /** Row after row, in the model's own layout. */
  adversarials: Float32Array;
  status: ('success' | 'failed' | 'already-misclassified' | 'budget-exhausted')[];
  /** The label each sample was attacked under, and the model's answers before and after. */
  labels: Int32Array;
  /** -1 where one of several attacks that had a target left the sample to one that had none. */
  targets: Int32Array | null;
  cleanPredictions: Int32Array;
  predictions: Int32Array;
  distances: { l0: Float64Array; l1: Float64Array; l2: Float64Array; linf: Float64Array };
  /** Model evaluations and gradients spent on each sample. */
  queries: Int32Array;
  gradients: Int32Array;
  /** True where no labels were given and the model's own predictions were taken. */
  labelsFromModel: boolean;
  /** Iterates of each sample, present with `trajectory: true`. */
  trajectories?: Float32Array[];
  /** At each of them the largest other logit minus the label's, or the target's minus the largest other. */
  trajectoryMargins?: Float32Array[];
}

/** Gradients of some samples, row after row. */
export interface GradientPart {
  data: Float32Array;
  losses: Float32Array;
  labels: Int32Array;
}

export interface JacobianPart {
  data: Float32Array;
  logits: Float32Array;
}

export interface ActivationPart {
  data: Float32Array;
  /** The index of the layer. */
  layer: number;
}

export interface TrainJobResult {
  model: Handle;
  info: ModelInfo;
  history: Epoch[];
}

/** What is known of a batch when its step is done. Accuracy is of the inputs as the network saw them. */
export interface Batch {
  /** Counts from 1, over all epochs. */
  batch: number;
  epoch: number;
  loss: number;
  accuracy: number;
  learningRate: number;
}

/** One epoch of a training. */
export interface Epoch {
  /** Counts from 1. */
  epoch: number;
  /** Means over the epoch's batches, each before its step; of adversarial inputs where it learns from nothing else. */
  loss: number;
  accuracy: number;
  /** Present where samples are held out, or given as `validation`. */
  validationLoss?: number;
  validationAccuracy?: number;
  /** The share of `robustSamples` that is right and stays right under attack. */
  robustAccuracy?: number;
  learningRate: number;
  seconds: number;
}

/** A labelled data set as the core takes it: `labels`, one a sample, or `targets`, `classes` numbers a sample. */
export interface TrainingData {
  inputs: Uint8Array | Float32Array;
  shape: number[];
  labels?: Int32Array;
  targets?: Float32Array;
  classes: number;
  classNames?: readonly string[];
}

/** What a training starts from beside its architecture and options. */
export interface TrainingSetting {
  dataset: TrainingData;
  validation?: TrainingData;
  checkpoint?: Uint8Array;
  /** This worker's place among those that train together. */
  rank: number;
  workers: number;
}

/** The parameters of a network, or their gradients, in a fixed order. */
export interface ParameterArray {
  /** Layer and parameter: "conv2d1.kernels". */
  name: string;
  shape: number[];
  data: Float32Array;
}

/** What happened in a step of a training. */
export interface TrainState {
  state: 'running' | 'waiting' | 'done';
  /** Finished batches of all batches. */
  done: number;
  total: number;
  batches: Batch[];
  epochs: Epoch[];
  /** For all other workers of the training. */
  message?: Uint8Array;
  /** What to resume from, where the step made a new one. */
  checkpoint?: Uint8Array;
}

export interface JobState {
  state: 'running' | 'waiting' | 'done';
  /** Finished samples of all samples. */
  done: number;
  total: number;
  query?: Query;
  /** Of an attack with `trajectory`: the point visited last, and the row of its sample. */
  latest?: Float32Array;
  latestRow?: number;
}

/** With 'waiting': rows that someone outside must answer for before the next step. */
export interface Query {
  inputs: Float32Array;
  rows: number;
  /** Where the caller is to judge them: what the model says, and each row's sample. Else a callback model is asked. */
  logits?: Float32Array;
  samples?: Int32Array;
}

/** An array as a file holds it. Integers of 8 bytes come as Float64Array, exact to 2^53. */
export interface DataArray {
  data: Uint8Array | Int32Array | Float64Array | Float32Array;
  shape: number[];
}

/** Features that are one category each of the same column: one of them is 1, the others are 0. */
export interface OneHotGroup {
  first: number;
  count: number;
}

/** A table as features and labels. */
export interface DataTable {
  rows: number;
  /** Row after row, as many numbers as there are feature names. */
  inputs: Float32Array;
  featureNames: string[];
  groups: OneHotGroup[];
  /** The class index of each row, and the names of the classes; null where the target is a number. */
  labels: Int32Array | null;
  classNames: string[] | null;
  /** A number a row; null where the target is a class. */
  targets: Float32Array | null;
}

/** A file of weights that a model.json names. */
export interface WeightFile {
  /** Relative to model.json; it never leaves its folder. */
  path: string;
  mostBytes: number;
}

/** A model of TensorFlow.js. */
export interface TfjsFiles {
  /** model.json, UTF-8. */
  json: Uint8Array;
  /** weights.bin, beside it. */
  weights: Uint8Array;
}

/** The pack that reads files (bindings/files.cpp): a module of its own. */
export interface FilesModule {
  flavour(): 'files';
  liveHandles(): number;
  /** A file of data; `field` is what errors call it, `options` are those of tables. */
  readData(
    format: 'npy' | 'idx' | 'csv',
    bytes: Uint8Array,
    options: object,
    field: string,
  ): Outcome<DataArray | DataTable>;
  /** The files of weights in the order in which convertTfjs takes them, one behind another. */
  weightFiles(json: Uint8Array): Outcome<WeightFile[]>;
  /** ONNX bytes. */
  convertTfjs(json: Uint8Array, weights: Uint8Array): Outcome<Uint8Array>;
  /** ONNX bytes of a network whose tensors are named as PyTorch names them. */
  convertSafetensors(bytes: Uint8Array, architecture: object): Outcome<Uint8Array>;
  onnxToTfjs(bytes: Uint8Array, precision: 'float32' | 'float16'): Outcome<TfjsFiles>;
}

export interface CoreModule {
  flavour(): 'simd' | 'relaxed';
  /** The number of objects the registry holds. */
  liveHandles(): number;
  release(handle: Handle): void;

  /** What ONNX bytes hold, and why they could not be loaded. */
  inspectOnnx(bytes: Uint8Array, options: object): Outcome<ModelContent>;
  /** ONNX bytes. `options`: the core's LoadOptions. */
  modelFromOnnx(bytes: Uint8Array, options: object): Outcome<{ handle: Handle; info: ModelInfo }>;
  /** A model whose answers come from outside: jobs on it stop with state 'waiting'. */
  modelFromCallback(specification: CallbackSpecification): Outcome<{ handle: Handle; info: ModelInfo }>;
  modelToOnnx(model: Handle, options: { precision?: 'float32' | 'float16' }): Outcome<Uint8Array>;
  /** `inputs.data` holds whole samples; values are checked for being finite and within bounds. */
  predict(
    model: Handle,
    inputs: { data: Float32Array; shape: number[] },
  ): Outcome<{ logits: Float32Array; probabilities: Float32Array; labels: Int32Array }>;

  /** `options`: { labels?, loss? }. */
  gradient(model: Handle, inputs: { data: Float32Array; shape: number[] }, options: object): Outcome<GradientPart>;
  jacobian(model: Handle, inputs: { data: Float32Array; shape: number[] }): Outcome<JacobianPart>;
  /** `layer`: an index or a name. */
  activation(
    model: Handle,
    inputs: { data: Float32Array; shape: number[] },
    layer: number | string,
  ): Outcome<ActivationPart>;

  /** `options` as the user wrote them: { method, norm, epsilon, ..., labels, targets, seed }. `firstSample` is the
   *  index of the first row among all samples of the user's call: random numbers are keyed by it. */
  attackStart(
    model: Handle,
    inputs: { data: Float32Array; shape: number[] },
    options: object,
    firstSample: number,
    judged: boolean,
  ): Outcome<Handle>;
  attackResult(job: Handle): Outcome<AttackJobResult>;

  /** Of the pack of attacks alone: one pattern for all samples. The job is stepped as that of an attack. */
  universalStart(model: Handle, inputs: { data: Float32Array; shape: number[] }, options: object): Outcome<Handle>;
  /** At any time: the best so far. */
  universalResult(job: Handle): Outcome<UniversalPart>;

  trainStart(architecture: object, setting: TrainingSetting, options: object): Outcome<Handle>;
  /** As jobStep. 'waiting' is for messages of other workers. */
  trainStep(job: Handle, milliseconds: number): Outcome<TrainState>;
  trainReceive(job: Handle, message: Uint8Array): Outcome<null>;
  /** Ends the training after the present batch. */
  trainStop(job: Handle): Outcome<null>;
  trainResult(job: Handle): Outcome<TrainJobResult>;
  /** The latest one that was kept, or one of the present state. */
  trainCheckpoint(job: Handle, last: boolean): Outcome<Uint8Array>;
  trainRead(job: Handle, what: 'parameters' | 'gradient'): Outcome<ParameterArray[]>;
  /** `row`: all numbers one after another. */
  trainWrite(job: Handle, what: 'parameters' | 'gradient', row: Float32Array): Outcome<null>;

  /** Runs for about `milliseconds`, then returns so that the worker can look at its messages. */
  jobStep(job: Handle, milliseconds: number): Outcome<JobState>;
  /** Logits (rows x classes) for the query of a 'waiting' job, or for one to judge a number a row: 0 for no success. */
  jobAnswer(job: Handle, outputs: Float32Array): Outcome<null>;
}

/** Default export of the generated core-simd.mjs, core-relaxed.mjs and files.mjs. */
export type Create<Module> = (options: {
  instantiateWasm(imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void): object;
}) => Promise<Module>;
export type CreateCore = Create<CoreModule>;
export type CreateFiles = Create<FilesModule>;
