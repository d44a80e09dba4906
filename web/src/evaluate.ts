export {
  type CorruptedSamples,
  type Corruption,
  type CorruptionAccuracyOptions,
  type CorruptionReport,
  type CorruptOptions,
  corrupt,
  corruptionAccuracy,
} from './evaluation/corruptions.js';
export { reportAsCsv } from './evaluation/csv.js';
export { evaluate } from './evaluation/evaluate.js';
export { reportAsHtml } from './evaluation/html.js';
export type { EvaluationNorm } from './evaluation/norms.js';
export type { EvaluationPiece, PartialEvaluation } from './evaluation/partial.js';
export type { EvaluateOptions } from './evaluation/plan.js';
export type { AttackReport, ClassReport, EvaluationReport } from './evaluation/report.js';
export type { Share } from './evaluation/statistics.js';
export { type TransferMatrix, type TransferOptions, transferMatrix } from './evaluation/transfer.js';
export type { EvaluationWarning } from './evaluation/warnings.js';
