import { type AttackOptions, attack } from '../attack.js';
import type { AttackResult } from '../attack_result.js';
import { type CallOptions, checkedCall, type Progress } from '../call_options.js';
import { fail } from '../error.js';
import { expectModel, readEvaluationLabels } from '../evaluation/evaluate.js';
import type { FgsmOptions } from '../generated/options.js';
import type { ModelInputs } from '../inputs.js';
import type { Model } from '../model.js';
import { channelsLast, inputsOf } from './form.js';

export interface SubstituteAttackResult {
  /** What the attack found on the substitute, in the substitute's layout. */
  found: AttackResult;
  /** What the victim says of each sample, and of what was found for it. */
  cleanPredictions: Int32Array;
  predictions: Int32Array;
  /** Whether the victim had the sample right before and errs now; with targets, whether it is taken for the target now. */
  success: boolean[];
  /** Share of successes among the samples that the victim had right before and that were no target's; null without any. */
  transferRate: number | null;
  /** How many samples the victim was asked about: two for each. */
  queries: number;
}

/**
 * Attacks a substitute and tries what is found on the victim, of which labels are asked only. The substitute is led away
 * from what it says itself of each sample, so that those on which the two differ are changed too.
 * @param options of `attack`. Labels are the truth about the samples: default what the victim says of them.
 * @throws MlsecError naming the option or argument at fault. Aborting rejects with the signal's reason.
 */
export async function attackBySubstitute(
  victim: Model,
  inputs: ModelInputs,
  substitute: Model,
  options: AttackOptions,
): Promise<SubstituteAttackResult> {
  expectModel(victim, 'victim');
  expectModel(substitute, 'substitute');
  // Any of them: TypeScript compares a choice with at most 25 forms of options.
  const { labels: own, ...given } = checkedCall(options) as FgsmOptions &
    CallOptions & { onProgress?: (progress: Progress) => void };
  const { signal, deterministic } = given;
  const call: CallOptions = { ...(signal && { signal }), ...(deterministic !== undefined && { deterministic }) };
  const { input, output } = victim.info;
  const { info } = substitute;
  const samples = channelsLast(inputs, input);
  const [form, theirs] = [info, victim.info].map((each) => [[...each.input.shape].sort(), each.output.classes].join());
  if (form !== theirs) {
    fail(
      'shape-mismatch',
      'substitute',
      'substitute and victim differ in the shape of inputs, or in the number of classes.',
    );
  }
  const { labels: cleanPredictions } = await victim.predict(inputsOf(samples), call);
  const total = cleanPredictions.length;
  const labels = readEvaluationLabels(inputs, own, total, output.classes) ?? cleanPredictions;
  const found = await attack(substitute, inputsOf(samples), given);
  const { labels: predictions } = await victim.predict(inputsOf(channelsLast(found.adversarials, info.input)), call);
  const { targets } = given;
  const counts = Array.from(labels, (label, row) => cleanPredictions[row] === label && targets?.[row] !== label);
  const success = counts.map(
    (right, row) => right && (targets ? predictions[row] === targets[row] : predictions[row] !== labels[row]),
  );
  const right = counts.filter(Boolean).length;
  const transferRate = right > 0 ? success.filter(Boolean).length / right : null;
  return { found, cleanPredictions, predictions, success, transferRate, queries: 2 * total };
}
