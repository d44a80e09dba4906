import type { CallOptions } from '../call_options.js';
import { purposeOf, Random } from '../data/random.js';
import { expectType, fail } from '../error.js';
import type { ModelInputs } from '../inputs.js';
import { labelsOf } from '../inputs.js';
import type { Model } from '../model.js';
import { applyPatch, applyPerturbation, type PatchPlacement } from './apply.js';
import { imageOf } from './patch_map.js';
import type { AdversarialPattern, Patch } from './pattern.js';

export interface MeasureOptions extends CallOptions {
  /** The class that samples shall be taken for; without one, any other than before counts. */
  target?: number;
  /** Of a patch: where it lies, for all or one for each. Default: a random place for each, wholly on the image. */
  placement?: PatchPlacement | readonly PatchPlacement[];
  /** Of random places: their scales and, in degrees either way, their angles. */
  minScale?: number;
  maxScale?: number;
  maxRotation?: number;
  /** Chooses them. Default 0. */
  seed?: number;
}

export interface UniversalMeasure {
  /** Share of the samples that are fooled. */
  foolingRate: number;
  /** How many samples count: with a target, those that are not taken for it anyway. */
  samples: number;
  /** Where labels come with the inputs: how many are right without and with the pattern. */
  cleanAccuracy: number | null;
  accuracy: number | null;
  /** What the model says without and with it. */
  cleanPredictions: Int32Array;
  predictions: Int32Array;
}

/**
 * What a pattern does to samples that it has not seen, or to another model.
 * @throws MlsecError naming the argument at fault.
 */
export async function measureUniversal(
  model: Model,
  inputs: ModelInputs,
  pattern: AdversarialPattern,
  options: MeasureOptions = {},
): Promise<UniversalMeasure> {
  const kinds = ['patch', 'perturbation'];
  expectType(kinds.includes(pattern?.kind), 'pattern', 'what universal() has found');
  const { target, placement, minScale, maxScale, maxRotation, seed, ...call } = options;
  const { classes } = model.info.output;
  if (target !== undefined && !(Number.isInteger(target) && target >= 0 && target < classes)) {
    fail('out-of-range', 'target', `target must be a class of the model, 0 to ${classes - 1}.`);
  }
  const labels = labelsOf(inputs).labels;
  const { labels: cleanPredictions } = await model.predict(inputs, call);
  const rows = cleanPredictions.length;
  const changed =
    pattern.kind === 'patch'
      ? applyPatch(inputs, pattern, placement ?? randomPlacements(pattern, rows, options))
      : applyPerturbation(inputs, pattern);
  const { labels: predictions } = await model.predict(changed, call);
  let samples = 0;
  let fooled = 0;
  for (let row = 0; row < rows; row++) {
    if (cleanPredictions[row] === target) continue;
    samples++;
    if (target === undefined ? predictions[row] !== cleanPredictions[row] : predictions[row] === target) fooled++;
  }
  const accuracyOf = (given: Int32Array) =>
    labels ? given.reduce((right, label, row) => right + Number(label === labels[row]), 0) / rows : null;
  return {
    foolingRate: samples > 0 ? fooled / samples : 0,
    samples,
    cleanAccuracy: accuracyOf(cleanPredictions),
    accuracy: accuracyOf(predictions),
    cleanPredictions,
    predictions,
  };
}

/** One for each image, as they are drawn while a patch is learned: wholly on the image where there is room. */
function randomPlacements(
  patch: Patch,
  rows: number,
  { seed = 0, minScale = 1, maxScale = 1, maxRotation = 0 }: MeasureOptions,
): PatchPlacement[] {
  const image = imageOf(patch);
  const [side = 1] = patch.shape;
  return Array.from({ length: rows }, (_, row) => {
    const random = new Random(seed, row, purposeOf('placement'));
    const between = (low: number, high: number) => low + ((high - low) * random.bits()) / 2 ** 32;
    const scale = between(minScale, maxScale);
    const rotation = between(-maxRotation, maxRotation);
    const angle = (rotation * Math.PI) / 180;
    const turned = patch.form === 'round' ? 1 : Math.abs(Math.sin(angle)) + Math.abs(Math.cos(angle));
    const half = (scale * turned * side) / 2;
    const along = (extent: number) =>
      2 * half <= extent ? between(half - 0.5, extent - 0.5 - half) : between(0, extent - 1);
    return { row: along(image.rows), column: along(image.columns), scale, rotation };
  });
}
