export type { UniversalPart } from './core/binding.js';
export { applyPatch, applyPerturbation, type Placed, type PatchPlacement } from './universal/apply.js';
export { type UniversalMeasure, type MeasureOptions, measureUniversal } from './universal/measure.js';
export type { AdversarialPattern, Patch, UniversalPerturbation } from './universal/pattern.js';
export { type UniversalOptions, type UniversalProgress, type UniversalResult, universal } from './universal/universal.js';
