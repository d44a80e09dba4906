import type {
  ActivationPart,
  AttackJobResult,
  CallbackSpecification,
  DataArray,
  DataTable,
  ErrorReport,
  GradientPart,
  JacobianPart,
  JobState,
  ModelContent,
  ModelInfo,
  ParameterArray,
  Query,
  TfjsFiles,
  TrainingSetting,
  TrainJobResult,
  TrainState,
  UniversalPart,
  WeightFile,
} from './core/binding.js';
import type { CsvFileOptions } from './generated/options.js';

/** Whole samples, row after row, with the extents of the batch: [rows, ...]. */
export interface Samples {
  data: Float32Array;
  shape: number[];
}

/** What a worker needs to make a model; the client keeps it, so that a lost worker can be replaced. */
export type ModelSource = { bytes: Uint8Array; options: object } | { callback: CallbackSpecification };

/** Everything a training starts from. */
export interface TrainingStart {
  architecture: object;
  setting: TrainingSetting;
  options: object;
}

/** What is asked of a trainer that a worker holds under the client's key. */
export type TrainerAction =
  | ({ name: 'open' } & TrainingStart)
  | { name: 'step'; batches: number }
  | { name: 'read'; what: 'parameters' | 'gradient' }
  | { name: 'write'; what: 'parameters' | 'gradient'; row: Float32Array }
  | { name: 'checkpoint' }
  | { name: 'model' };

/** What each kind of data file holds. */
export interface DataFiles {
  npy: DataArray;
  idx: DataArray;
  csv: DataTable;
}

export interface DataFileOptions {
  npy: object;
  idx: object;
  csv: CsvFileOptions;
}

/** One piece of work for one worker. `model` is the client's key of a model that was sent before. */
export type Task =
  | { kind: 'describe'; model: number }
  | { kind: 'predict'; model: number; inputs: Samples }
  | { kind: 'gradient'; model: number; inputs: Samples; options: object }
  | { kind: 'jacobian'; model: number; inputs: Samples }
  | { kind: 'activation'; model: number; inputs: Samples; layer: number | string }
  | { kind: 'save'; model: number; options: object }
  | { kind: 'attack'; model: number; inputs: Samples; options: object; firstSample: number; judged: boolean }
  | { kind: 'universal'; model: number; inputs: Samples; options: object }
  /** `ports` lead to the other workers that train the same network; `workers` of the setting counts them all. */
  | ({ kind: 'train'; ports: MessagePort[] } & TrainingStart)
  | { kind: 'trainer'; key: number; action: TrainerAction }
  | { kind: 'read'; format: keyof DataFiles; bytes: Uint8Array; field: string; options: object }
  | { kind: 'inspect'; bytes: Uint8Array; options: object }
  /** A model.json of TensorFlow.js: which files of weights belong to it, and both as ONNX. */
  | { kind: 'weight-files'; json: Uint8Array }
  | { kind: 'convert-tfjs'; json: Uint8Array; weights: Uint8Array }
  | { kind: 'convert-safetensors'; bytes: Uint8Array; architecture: object }
  | { kind: 'to-tfjs'; bytes: Uint8Array; precision: 'float32' | 'float16' }
  | { kind: 'census' };

export interface Predictions {
  labels: Int32Array;
  probabilities: Float32Array;
  logits: Float32Array;
}

export interface TrainedModel {
  bytes: Uint8Array;
  info: ModelInfo;
  history: TrainJobResult['history'];
}

/** News of a task under way. */
export type TaskState = Omit<JobState, 'query'> &
  Partial<Pick<TrainState, 'batches' | 'epochs' | 'checkpoint'>> & { universal?: UniversalPart };

/** What comes back for each kind of task. A trained model comes as ONNX bytes: models live with the client. */
export interface TaskResults {
  describe: ModelInfo;
  predict: Predictions;
  gradient: GradientPart;
  jacobian: JacobianPart;
  activation: ActivationPart;
  save: Uint8Array;
  attack: AttackJobResult;
  universal: UniversalPart;
  /** Of the worker of rank 0; null of the others. */
  train: TrainedModel | null;
  trainer:
    | null
    | Pick<TrainState, 'batches' | 'epochs' | 'done' | 'total'>
    | ParameterArray[]
    | Uint8Array
    | TrainedModel;
  read: DataArray | DataTable;
  inspect: ModelContent;
  'weight-files': WeightFile[];
  'convert-tfjs': Uint8Array;
  'convert-safetensors': Uint8Array;
  'to-tfjs': TfjsFiles;
  census: number;
}

/** Stands for a model inside a task's options until the worker puts its handle there. */
export interface ModelMark {
  modelKey: number;
}

export type ToWorker =
  | { type: 'start'; module: WebAssembly.Module }
  | { type: 'model'; key: number; source: ModelSource }
  | { type: 'forget'; key: number }
  | { type: 'run'; id: number; task: Task }
  | { type: 'answer'; id: number; outputs: Float32Array }
  /** Ends a training early and keeps what it has. */
  | { type: 'stop'; id: number }
  | { type: 'abort'; id: number };

export type FromWorker =
  | { type: 'ready' }
  | { type: 'failed'; message: string }
  /** The instance is unusable; `id` names the task that was running. */
  | { type: 'lost'; id: number; message: string }
  | { type: 'result'; id: number; value: unknown }
  | { type: 'error'; id: number; error: ErrorReport }
  | { type: 'aborted'; id: number }
  | { type: 'state'; id: number; state: TaskState }
  | ({ type: 'query'; id: number } & Query);
