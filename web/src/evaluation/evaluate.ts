import { attack } from '../attack.js';
import type { AttackResult } from '../attack_result.js';
import { progressOf } from '../call_options.js';
import { catalog } from '../catalog_lazily.js';
import { takeRows } from '../chunks.js';
import { expectType, fail, MlsecError } from '../error.js';
import { labelsOf, type ModelInputs, readSamples } from '../inputs.js';
import type { Model } from '../model.js';
import type { Samples } from '../protocol.js';
import { readLabels } from '../training_data.js';
import { type EvaluationPiece, fingerprintOf, resumedPieces } from './partial.js';
import { type EvaluateOptions, type PlannedAttack, readPlan } from './plan.js';
import { type EvaluationReport, nearestOf, reportOf } from './report.js';
import { sensitivityOf } from './sensitivity.js';

/**
 * How accurate a model stays under attacks, by the size of the perturbation: curves with intervals, the worst case over
 * all attacks for each sample and class, and warnings where the figures are not to be trusted. The report is plain data.
 * @throws MlsecError naming the option or argument at fault. Aborting rejects with the signal's reason.
 */
export async function evaluate(model: Model, data: ModelInputs, options: EvaluateOptions): Promise<EvaluationReport> {
  const begin = performance.now();
  expectModel(model, 'model');
  const plan = readPlan(options, (await catalog()).attacks);
  const { signal, deterministic, onPartial } = options;
  const call = { signal, deterministic };
  const { info } = model;
  const samples = readSamples(data, info.input);
  const { labels: predicted } = await model.predict(samples, call);
  const total = predicted.length;
  const given = readEvaluationLabels(data, options.labels, total, info.output.classes);
  const labels = given ?? predicted;
  const fingerprint = fingerprintOf(plan, info.name, samples, labels, predicted);
  const pieces = resumedPieces(options.resume, fingerprint, plan, total);
  const sensitivity = await sensitivityOf(model, samples, labels, call);
  const right = [...labels.keys()].filter((row) => labels[row] === predicted[row]);

  const isDone = (attack: number, epsilon: number | null) =>
    pieces.some((piece) => piece.attack === attack && piece.epsilon === epsilon);
  const work = plan.attacks.flatMap((planned, index) =>
    planned.epsilons.filter((epsilon) => !isDone(index, epsilon)).map((epsilon) => ({ planned, index, epsilon })),
  );
  const report = progressOf(options.onProgress);
  const run = (planned: PlannedAttack, index: number, rows: number[], extra: object, done: (count: number) => void) =>
    runAttack(model, samples, labels, planned, index, rows, { ...extra, ...call }, done);
  await rehearse(
    [...new Set(work.map(({ index }) => index))].slice(1).map((index) => () => {
      const planned = plan.attacks[index] as PlannedAttack;
      const largest = planned.epsilons.at(-1);
      const extra = { ...(largest != null && { epsilon: largest }), maxQueries: 1 };
      return run(planned, index, right.slice(0, 1), extra, () => {});
    }),
    right.length,
  );
  let outside = (performance.now() - begin) / 1000;
  for (const [place, { planned, index, epsilon }] of work.entries()) {
    const nearest = nearestOf(pieces, index, total);
    const apart = plan.independent || planned.description.traits.acts === 'set' || epsilon === null;
    const rows = apart ? right : right.filter((row) => (nearest[row] as number) > epsilon);
    // What is broken already counts as done.
    const before = place * right.length + right.length - rows.length;
    report(before, work.length * right.length);
    const started = performance.now();
    const result = await run(planned, index, rows, epsilon === null ? {} : { epsilon }, (done) =>
      report(before + done, work.length * right.length),
    );
    pieces.push(pieceOf(result, index, epsilon, rows, plan.norm, (performance.now() - started) / 1000));
    onPartial?.({ version: 1, fingerprint, pieces: [...pieces] });
  }
  const ended = performance.now();
  report(work.length * right.length, work.length * right.length);
  const findings = { plan, info, samples, labels, labelsFromModel: !given, predicted, pieces, sensitivity };
  outside += (performance.now() - ended) / 1000;
  return reportOf({ ...findings, seconds: outside });
}

export function expectModel(model: Model, field: string): void {
  const isModel = typeof model === 'object' && model !== null && typeof model.predict === 'function' && 'info' in model;
  expectType(isModel, field, 'a Model, as load(), modelFrom() or train() give it');
}

/** The labels given, with the data set or beside it; each must be a class of the model. */
export function readEvaluationLabels(
  data: ModelInputs,
  own: ArrayLike<number> | undefined,
  total: number,
  classes: number,
): Int32Array | undefined {
  const given = own ?? labelsOf(data).labels;
  if (given == null) return undefined;
  const labels = readLabels(given);
  if (labels.length !== total) {
    fail('shape-mismatch', 'labels', `labels has ${labels.length} entries, but there are ${total} samples.`);
  }
  const wrong = labels.findIndex((label) => label < 0 || label >= classes);
  if (wrong >= 0) fail('out-of-range', `labels[${wrong}]`, `labels[${wrong}] must be from 0 to ${classes - 1}.`);
  return labels;
}

/** A mistake in the options of a later attack shall not be found out when the ones before it have run for an hour. */
async function rehearse(runs: (() => Promise<unknown>)[], right: number): Promise<void> {
  if (right === 0) return;
  for (const run of runs) await run();
}

/** Attacks some samples; null where there are none. Errors name the options of the attack as the caller wrote them. */
async function runAttack(
  model: Model,
  samples: Samples,
  labels: Int32Array,
  { method, options }: PlannedAttack,
  index: number,
  rows: number[],
  extra: object,
  onDone: (count: number) => void,
): Promise<AttackResult | null> {
  if (rows.length === 0) return null;
  try {
    return await attack(model, takeRows(samples, rows), {
      ...options,
      ...extra,
      labels: Int32Array.from(rows, (row) => labels[row] as number),
      // Any of them: TypeScript compares a choice with at most 25 forms of options.
      method: method as never,
      onProgress: ({ done }) => onDone(done),
    });
  } catch (error) {
    if (!(error instanceof MlsecError)) throw error;
    const [name = ''] = error.field.split(/[.[]/);
    if (!Object.hasOwn(options, name)) throw error;
    const field = `attacks[${index}].${error.field}`;
    throw new MlsecError(error.code, field, `attacks[${index}], ${method}: ${error.message}`, { cause: error });
  }
}

function pieceOf(
  result: AttackResult | null,
  attack: number,
  epsilon: number | null,
  samples: number[],
  norm: 'l0' | 'l1' | 'l2' | 'linf',
  seconds: number,
): EvaluationPiece {
  const sum = (values: ArrayLike<number> = []) => Array.from(values).reduce((total, value) => total + value, 0);
  const status = result?.status ?? [];
  return {
    attack,
    epsilon,
    samples,
    distances: status.map((each, row) => {
      if (each === 'already-misclassified') return 0;
      return each === 'success' ? ((result as AttackResult).distances[norm][row] as number) : null;
    }),
    unstable: status.filter((each) => each === 'already-misclassified').length,
    queries: sum(result?.queries),
    gradients: sum(result?.gradients),
    seconds,
  };
}
