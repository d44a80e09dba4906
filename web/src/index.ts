export { type ArchitectureName, architectureNames, architectureOf } from './architectures.js';
export type { AttackOptions, AttackProgress, Reached } from './attack.js';
export {
  attack,
  type BestOptions,
  type BestResult,
  type EpsilonsOptions,
  type EpsilonsResult,
} from './attack_family.js';
export type { AttackResult, AttackSummary } from './attack_result.js';
export type { CallOptions, Progress } from './call_options.js';
export { type CallbackAnswer, type CallbackBatch, type CallbackFunction, modelFrom } from './callback.js';
export type {
  AttackDescription,
  Catalog,
  OptionDescription,
  UniversalDescription,
  ValueDescription,
} from './catalog.js';
export { catalog } from './catalog_lazily.js';
export type {
  Batch,
  CallbackSpecification,
  DataArray,
  DataTable,
  Epoch,
  InputSpecification,
  ModelContent,
  ModelInfo,
  OneHotGroup,
  OutputSpecification,
  ParameterArray,
  TfjsFiles,
  UniversalPart,
} from './core/binding.js';
export { type ShippedSamples, samples } from './data/samples.js';
export type { GradientOptions, InputGradient, Jacobian } from './derivatives.js';
export { MlsecError } from './error.js';
export type * from './generated/options.js';
export type { ModelInputs, NumberArray, SampleArray } from './inputs.js';
export { inspect, type ModelInspection } from './inspect.js';
export { type LoadOptions, load } from './load.js';
export type { Model, SaveOptions } from './model.js';
export type { FileSource, ModelFile, ModelFormat, ModelParts } from './model_bytes.js';
export type { DataFileOptions, DataFiles, Predictions, Samples } from './protocol.js';
export { readData } from './read_data.js';
export { runUniversal } from './run_universal.js';
export { close, configure, diagnostics } from './runtime.js';
export type { Settings } from './settings.js';
export { type TrainingSources, type TrainOptions, train } from './train.js';
export { Trainer, type TrainerStep } from './trainer.js';
export type { LabelledSamples } from './training_data.js';
