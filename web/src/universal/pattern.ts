// What an attack on a set makes. Plain data: it can be stored, sent, and laid over the inputs of any model.
import type { InputSpecification, UniversalPart } from '../core/binding.js';

/** Is added to samples. */
export interface UniversalPerturbation {
  kind: 'perturbation';
  data: Float32Array;
  /** Extents of a sample. */
  shape: number[];
  /** Of the model that it was made for: layout and bounds of samples. */
  input: InputSpecification;
}

/** Is laid over images. */
export interface Patch {
  kind: 'patch';
  /** Row after row, the channels of a pixel side by side. Pixels in the corners of a round one mean nothing. */
  data: Float32Array;
  /** [side, side, channels]. */
  shape: number[];
  form: 'round' | 'square';
  input: InputSpecification;
}

export type AdversarialPattern = UniversalPerturbation | Patch;

export function patternOf(
  { pattern: data, shape, form }: UniversalPart,
  input: InputSpecification,
): AdversarialPattern {
  return form ? { kind: 'patch', data, shape, form, input } : { kind: 'perturbation', data, shape, input };
}
