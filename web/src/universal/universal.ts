import type { CallOptions, Progress } from '../call_options.js';
import { expectType } from '../error.js';
import type { PatchMethodId, UniversalMethodOptions } from '../generated/options.js';
import type { ModelInputs } from '../inputs.js';
import type { Model } from '../model.js';
import { runUniversal } from '../run_universal.js';
import { type AdversarialPattern, type Patch, patternOf, type UniversalPerturbation } from './pattern.js';

export interface UniversalProgress<Pattern extends AdversarialPattern = AdversarialPattern> extends Progress {
  /** The best so far. */
  perturbation: Pattern;
  foolingRate: number;
}

/** The method's own options, those that every attack on a set takes, and those of the call. */
export type UniversalOptions = UniversalMethodOptions &
  CallOptions & { onProgress?: (progress: UniversalProgress) => void };

/** A patch or a perturbation, as the method makes it. */
type PatternOf<Method> = Method extends PatchMethodId ? Patch : UniversalPerturbation;

export interface UniversalResult<Pattern extends AdversarialPattern = AdversarialPattern> {
  perturbation: Pattern;
  /**
   * Share of the samples given that it fools: whose class it changes; with a target, that are taken for the target, of
   * those that were not before. Of a patch: each at one random place.
   */
  foolingRate: number;
  /** How many samples count. */
  samples: number;
  /** Rows that the model was asked about, and gradients, in all. */
  queries: number;
  gradients: number;
  /** Whether it ended for maxQueries, maxGradients or maxSeconds. */
  exhausted: boolean;
  seconds: number;
}

/**
 * Looks for one pattern that fools the model on most inputs: a perturbation to be added, or a patch to be laid over
 * them. It learns from the samples given; `measureUniversal` tells what it does to others, and to other models. No labels
 * are needed: the model's own answers are what is to change.
 * @throws MlsecError naming the option or argument at fault. Aborting rejects with the signal's reason.
 */
export async function universal<const Options extends UniversalOptions>(
  model: Model,
  inputs: ModelInputs,
  options: Options,
): Promise<UniversalResult<PatternOf<Options['method']>>> {
  const begin = performance.now();
  expectType(typeof options === 'object' && options !== null, 'options', 'an object with the member method');
  const { onProgress, ...own } = options;
  expectType(onProgress == null || typeof onProgress === 'function', 'onProgress', 'a function');
  const { input } = model.info;
  const part = await runUniversal(model, inputs, {
    ...own,
    onProgress:
      onProgress &&
      (({ found, ...progress }) => {
        // Nothing yet while the model is asked about the samples as they are.
        if (found.pattern.length === 0) return;
        onProgress({ ...progress, perturbation: patternOf(found, input), foolingRate: rateOf(found) });
      }),
  });
  const { samples, queries, gradients, exhausted } = part;
  return {
    perturbation: patternOf(part, input) as PatternOf<Options['method']>,
    foolingRate: rateOf(part),
    samples,
    queries,
    gradients,
    exhausted,
    seconds: (performance.now() - begin) / 1000,
  };
}

function rateOf({ fooled, samples }: { fooled: number; samples: number }): number {
  return samples > 0 ? fooled / samples : 0;
}
