export type { UniversalPart } from './core/binding.js';
export { applyPatch, applyPerturbation, type PatchPlacement, type Placed } from './universal/apply.js';
export { type MeasureOptions, measureUniversal, type UniversalMeasure } from './universal/measure.js';
export type { AdversarialPattern, Patch, UniversalPerturbation } from './universal/pattern.js';
export {
  type UniversalOptions,
  type UniversalProgress,
  type UniversalResult,
  universal,
} from './universal/universal.js';
