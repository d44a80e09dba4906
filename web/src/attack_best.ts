import type { AttackOptions } from './attack.js';
import { type AttackResult, summarise } from './attack_result.js';
import { attackRows, copyOf, takeOver } from './attack_rows.js';
import { checkedCall, progressOf } from './call_options.js';
import { catalog } from './catalog_lazily.js';
import { expectType, fail, MlsecError } from './error.js';
import type { AttackMethodOptions, MethodId } from './generated/options.js';
import { labelsOf, type ModelInputs, readSamples } from './inputs.js';
import type { Model } from './model.js';
import { type Norm, normNames, normOf } from './norms.js';

/** What all the attacks are given beside their own options, and how the best is told. */
export type BestOptions = Omit<AttackOptions, 'method'> & {
  /** The norm in which the nearest success is the best. Default: that of the first attack that minimises one. */
  norm?: Norm;
};

export interface BestResult extends AttackResult {
  /** The index of the attack whose result each sample has. */
  attack: Int32Array;
}

/**
 * Several attacks, of which each sample keeps the best. Where all keep to an epsilon, a sample is done with its first
 * success; where one minimises a norm, all attacks see all samples, and the nearest success counts. Queries and
 * gradients are those of all attacks.
 * @throws MlsecError as attack() does; what is wrong with one of the attacks is named by its place, as `attacks[1].steps`.
 */
export async function best(
  model: Model,
  inputs: ModelInputs,
  attacks: readonly (MethodId | AttackMethodOptions)[],
  options: BestOptions = {},
): Promise<BestResult> {
  const begin = performance.now();
  expectType(Array.isArray(attacks) && attacks.length > 0, 'attacks', 'a list of at least one attack');
  const { onProgress, norm: asked, ...common } = checkedCall(options);
  if (asked !== undefined && !normNames.includes(asked)) {
    fail('unknown-name', 'norm', 'norm must be one of l0, l1, l2, linf.');
  }
  const descriptions = (await catalog()).attacks;
  const plans = attacks.map((given, index) => {
    const own = typeof given === 'string' ? { method: given } : { ...(given as object) };
    const { method } = own as { method?: unknown };
    const description = descriptions.find(({ id }) => id === method);
    if (!description) return fail('unknown-name', `attacks[${index}]`, `attacks[${index}] names no attack.`);
    return { own, description };
  });
  const minimising = plans.find(({ description }) => description.traits.goal === 'minimum-norm');
  const usual = minimising && normOf(minimising.own, minimising.description);
  const norm = asked ?? usual;
  const report = progressOf(onProgress);
  const samples = readSamples(inputs, model.info.input);
  const total = samples.shape[0] as number;
  const given = (own: object) => ({ ...labelsOf(inputs), ...common, ...own }) as AttackOptions;
  // A mistake in a later attack shall not be found out when those before it have run for an hour, or never.
  for (const [index, { own }] of plans.entries()) {
    if (index === 0 || total === 0) continue;
    const trial = { ...given(own), maxQueries: 1 };
    await attackRows(model, samples, trial, [0]).catch((error) => rethrow(error, own, index));
  }
  let found: BestResult | undefined;
  for (const [index, { own }] of plans.entries()) {
    const rows: number[] = [];
    for (let row = 0; row < total; row++) if (!found || isOpen(found, row, norm !== undefined)) rows.push(row);
    report(index * total, plans.length * total);
    if (rows.length === 0 && found) continue;
    const options = {
      ...(found && { labels: found.labels }),
      ...given(own),
      onProgress: ({ done }: { done: number }) =>
        report(index * total + total - rows.length + done, plans.length * total),
    } as unknown as AttackOptions;
    const part = await attackRows(model, samples, options, rows).catch((error) => rethrow(error, own, index));
    if (!found) {
      found = { ...copyOf(part), attack: new Int32Array(total) };
      continue;
    }
    for (const [place, row] of rows.entries()) {
      const { queries, gradients } = found;
      const spent = [
        (queries[row] as number) + (part.queries[place] as number),
        (gradients[row] as number) + (part.gradients[place] as number),
      ] as const;
      if (isBetter(part, place, found, row, norm)) {
        takeOver(found, row, part, place);
        found.attack[row] = index;
      }
      queries[row] = spent[0];
      gradients[row] = spent[1];
    }
  }
  report(plans.length * total, plans.length * total);
  const result = found as BestResult;
  const seconds = (performance.now() - begin) / 1000;
  return { ...result, seconds, summary: summarise(result, result.success) };
}

/** Whether another attack may do better. */
function isOpen({ status, success }: AttackResult, row: number, nearest: boolean): boolean {
  return status[row] !== 'already-misclassified' && (nearest || !success[row]);
}

function isBetter(
  part: AttackResult,
  place: number,
  found: AttackResult,
  row: number,
  norm: Norm | undefined,
): boolean {
  if (!part.success[place]) return false;
  if (!found.success[row]) return true;
  return norm !== undefined && (part.distances[norm][place] as number) < (found.distances[norm][row] as number);
}

/** An error of one of the attacks, where its own option is at fault, named by its place. */
function rethrow(error: unknown, own: object, index: number): never {
  if (!(error instanceof MlsecError)) throw error;
  const [name = ''] = error.field.split(/[.[]/);
  if (!(name in own)) throw error;
  const field = `attacks[${index}].${error.field}`;
  throw new MlsecError(error.code, field, `attacks[${index}]: ${error.message}`, { cause: error.cause });
}
