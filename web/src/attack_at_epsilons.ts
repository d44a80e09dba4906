import type { AttackOptions } from './attack.js';
import { type AttackResult, summarise } from './attack_result.js';
import { attackRows, copyOf, takeOver } from './attack_rows.js';
import { checkedCall, progressOf } from './call_options.js';
import { catalog } from './catalog_lazily.js';
import { expectType, fail } from './error.js';
import { labelsOf, type ModelInputs, readSamples } from './inputs.js';
import type { Model } from './model.js';
import { type Norm, normNames, normOf } from './norms.js';

export type EpsilonsOptions = AttackOptions & {
  /** The radii, in the attack's norm. */
  epsilons: ArrayLike<number>;
};

export interface EpsilonsResult {
  /** From the smallest to the largest, each once. */
  epsilons: number[];
  /** What became of the samples at each. */
  results: AttackResult[];
}

/**
 * One attack at several epsilons, with shared work: an attack that minimises a norm runs once, and its distances are
 * compared with each epsilon; of one that keeps to an epsilon, a success holds for all larger ones, so each epsilon is
 * tried on the samples that are left. Queries and gradients of a result are those spent for its epsilon.
 * @throws MlsecError as attack() does. Aborting rejects with the signal's reason.
 */
export async function atEpsilons(model: Model, inputs: ModelInputs, options: EpsilonsOptions): Promise<EpsilonsResult> {
  const { epsilons: given, onProgress, ...own } = checkedCall(options);
  const isList = typeof given === 'object' && given !== null && given.length > 0;
  expectType(isList, 'epsilons', 'a list of at least one number');
  const epsilons = [...new Set(Array.from(given))].sort((a, b) => a - b);
  for (const epsilon of epsilons) {
    expectType(typeof epsilon === 'number', 'epsilons', 'a list of numbers');
    if (!(epsilon >= 0 && epsilon < Number.POSITIVE_INFINITY)) {
      fail('out-of-range', 'epsilons', `epsilons must be finite and at least 0, not ${epsilon}.`);
    }
  }
  const description = (await catalog()).attacks.find(({ id }) => id === own.method);
  const samples = readSamples(inputs, model.info.input);
  const total = samples.shape[0] as number;
  const report = progressOf(onProgress);
  const withLabels = { ...labelsOf(inputs), ...own } as AttackOptions;
  const all = [...Array(total).keys()];

  if (description?.traits.goal === 'minimum-norm') {
    const norm = normOf(own, description);
    const nearest = await attackRows(model, samples, { ...withLabels, onProgress } as AttackOptions, all);
    return { epsilons, results: epsilons.map((epsilon) => within(nearest, samples.data, norm, epsilon)) };
  }

  const results: AttackResult[] = [];
  let before: AttackResult | undefined;
  for (const [index, epsilon] of epsilons.entries()) {
    const rows: number[] = before ? all.filter((row) => isOpen(before as AttackResult, row)) : all;
    const done = (count: number) => report(index * total + total - rows.length + count, epsilons.length * total);
    done(0);
    const call = {
      ...withLabels,
      ...(before && { labels: before.labels }),
      epsilon,
      onProgress: (progress: { done: number }) => done(progress.done),
    } as AttackOptions;
    const part: AttackResult | undefined =
      rows.length > 0 || !before ? await attackRows(model, samples, call, rows) : undefined;
    const result: AttackResult = copyOf(before ?? (part as AttackResult));
    result.queries.fill(0);
    result.gradients.fill(0);
    if (part) for (const [place, row] of rows.entries()) takeOver(result, row, part, place);
    results.push({ ...result, seconds: part?.seconds ?? 0, summary: summarise(result, result.success) });
    before = results.at(-1);
  }
  report(epsilons.length * total, epsilons.length * total);
  return { epsilons, results };
}

function isOpen({ status }: AttackResult, row: number): boolean {
  return status[row] === 'failed' || status[row] === 'budget-exhausted';
}

/** What is left of the smallest perturbations within a radius; samples that need more get themselves back. */
function within(nearest: AttackResult, originals: Float32Array, norm: Norm, epsilon: number): AttackResult {
  const result = copyOf(nearest);
  const size = originals.length / result.status.length;
  for (const row of result.status.keys()) {
    if (!result.success[row] || (nearest.distances[norm][row] as number) <= epsilon) continue;
    result.status[row] = 'failed';
    result.success[row] = false;
    result.predictions[row] = result.cleanPredictions[row] as number;
    result.adversarials.data.set(originals.subarray(row * size, (row + 1) * size), row * size);
    for (const each of normNames) result.distances[each][row] = 0;
  }
  return { ...result, summary: summarise(result, result.success) };
}
