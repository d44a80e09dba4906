import { type AttackOptions, attack } from '../attack.js';
import { type CallOptions, checkedCall, type Progress, progressOf } from '../call_options.js';
import { expectType, fail } from '../error.js';
import type { FgsmOptions } from '../generated/options.js';
import type { ModelInputs } from '../inputs.js';
import type { Layout } from '../layout.js';
import type { Model } from '../model.js';
import { expectModel, readEvaluationLabels } from './evaluate.js';
import { plain } from './partial.js';
import { type Share, shareOf } from './statistics.js';

/** How models fare on what was made against others. Plain data. */
export interface TransferMatrix {
  models: string[];
  samples: number;
  method: string;
  options: Record<string, unknown>;
  /** True where no labels were given: what each model says of the samples counts as right for it. */
  labelsFromModel: boolean;
  cleanAccuracy: Share[];
  /** Row: the model attacked. Column: the model asked. The diagonal is robust accuracy. */
  accuracy: Share[][];
  /** Of each attack. */
  seconds: number[];
}

/** The attack's options, and those of the call. */
export type TransferOptions = AttackOptions;

interface Reporting {
  onProgress?: (progress: Progress) => void;
}

/**
 * Attacks each model, and asks all of them what they say of the inputs found.
 * @param models take samples of the same form; only the order of an image's extents may differ.
 * @throws MlsecError naming the option or argument at fault. Aborting rejects with the signal's reason.
 */
export async function transferMatrix(
  models: readonly Model[],
  data: ModelInputs,
  options: TransferOptions,
): Promise<TransferMatrix> {
  expectType(Array.isArray(models) && models.length > 0, 'models', 'a list of at least one model');
  for (const [index, model] of models.entries()) expectModel(model, `models[${index}]`);
  // Any of them: TypeScript compares a choice with at most 25 forms of options.
  const { onProgress, labels: own, ...given } = checkedCall(options) as FgsmOptions & CallOptions & Reporting;
  const call = { signal: given.signal, deterministic: given.deterministic };
  const [first] = models as [Model];
  for (const [index, { info }] of models.entries()) {
    const [one, other] = [info, first.info].map(({ input, output }) =>
      JSON.stringify([[...input.shape].sort(), input.lower, input.upper, output.classes]),
    );
    if (one === other) continue;
    fail(
      'shape-mismatch',
      `models[${index}]`,
      `models[${index}] and models[0] differ in the shape or bounds of their inputs, or in the number of classes.`,
    );
  }
  const clean: Int32Array[] = [];
  for (const model of models) clean.push((await model.predict(data, call)).labels);
  const total = clean[0]?.length ?? 0;
  const labels = readEvaluationLabels(data, own, total, first.info.output.classes);
  const accuracyOf = (answers: Int32Array, column: number) => {
    const truth = labels ?? (clean[column] as Int32Array);
    return shareOf(answers.filter((answer, row) => answer === truth[row]).length, total);
  };
  const report = progressOf(onProgress);
  const accuracy: Share[][] = [];
  const seconds: number[] = [];
  for (const [row, model] of models.entries()) {
    const result = await attack(model, data, {
      ...given,
      ...(labels && { labels }),
      onProgress: ({ done }) => report(row * total + done, models.length * total),
    });
    const { layout } = model.info.input;
    const found = { ...result.adversarials, ...(layout !== 'flat' && { layout: layout as Layout }) };
    const shares: Share[] = [];
    for (const [column, other] of models.entries()) {
      shares.push(accuracyOf((await other.predict(found, call)).labels, column));
    }
    accuracy.push(shares);
    seconds.push(result.seconds);
  }
  const { method, signal: _, deterministic: __, ...rest } = given;
  return {
    models: models.map(({ info }) => info.name),
    samples: total,
    method,
    options: plain(rest, 32) as Record<string, unknown>,
    labelsFromModel: !labels,
    cleanAccuracy: clean.map(accuracyOf),
    accuracy,
    seconds,
  };
}
