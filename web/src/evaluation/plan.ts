import { type CallOptions, checkedCall, type Progress } from '../call_options.js';
import type { AttackDescription } from '../catalog.js';
import { expectType, fail } from '../error.js';
import type { AttackMethodOptions, MethodId } from '../generated/options.js';
import { type EvaluationNorm, evaluationNorms } from './norms.js';
import type { PartialEvaluation } from './partial.js';

export interface EvaluateOptions extends CallOptions {
  /** Names of methods, or their options: `['pgd', { method: 'square', steps: 1000 }]`. */
  attacks: readonly (MethodId | AttackMethodOptions)[];
  /** Sizes of perturbations at which robust accuracy is told, in input units. Those of the report are sorted. */
  epsilons: readonly number[];
  /** What measures perturbations. Default: 'linf'. */
  norm?: EvaluationNorm;
  /** The true class of each sample. Default: those of the data set, else the model's own predictions. */
  labels?: ArrayLike<number>;
  /** Chooses the random numbers of all attacks that have no seed of their own. Default: 0. */
  seed?: number;
  /** Attack at every epsilon what was broken at a smaller one, too, which says whether accuracy rises. Default: false. */
  independent?: boolean;
  /** What `onPartial` was given: what is done in it is not done again. */
  resume?: PartialEvaluation;
  /** After each attack at each epsilon: plain data that can be kept as JSON. */
  onPartial?: (state: PartialEvaluation) => void;
  /** Counts samples times attacks and epsilons. */
  onProgress?: (progress: Progress) => void;
}

/** One attack of an evaluation. */
export interface PlannedAttack {
  method: MethodId;
  /** The method's name, and a number where it is not the first of that name. */
  name: string;
  description: AttackDescription;
  /** The norm that the attack itself minimises or keeps to. */
  ownNorm: string;
  /** As attack() takes them; epsilon is missing. */
  options: Record<string, unknown>;
  /** At which epsilons it runs; [null] where one run finds the smallest distances. */
  epsilons: (number | null)[];
}

export interface Plan {
  norm: EvaluationNorm;
  epsilons: number[];
  seed: number;
  independent: boolean;
  attacks: PlannedAttack[];
}

const known = 'attacks epsilons norm labels seed independent resume onPartial onProgress signal deterministic'.split(
  ' ',
);

/** What the evaluation says for all attacks, and what would only cost memory. */
const taken: Readonly<Record<string, string>> = {
  epsilon: 'the option epsilons',
  labels: 'the option labels',
  targets: 'no one, as any wrong class counts',
  trajectory: 'no one, as no points are kept',
};

export function readPlan(options: EvaluateOptions, descriptions: readonly AttackDescription[]): Plan {
  const { attacks, epsilons, norm = 'linf', seed = 0, independent = false } = checkedCall(options);
  for (const name of Object.keys(options)) {
    if (!known.includes(name))
      fail('unknown-option', name, `There is no option ${name}. Options: ${known.join(', ')}.`);
  }
  const list = Array.isArray(attacks) && attacks.length > 0;
  expectType(list, 'attacks', 'a list of at least one name of a method, or of options with the member method');
  const isList = typeof epsilons === 'object' && epsilons !== null && epsilons.length > 0;
  expectType(isList, 'epsilons', 'a list of at least one number');
  const sizes = Array.from(epsilons);
  for (const [index, epsilon] of sizes.entries()) {
    expectType(typeof epsilon === 'number', `epsilons[${index}]`, 'a number');
    if (epsilon >= 0 && epsilon < Number.POSITIVE_INFINITY) continue;
    fail('out-of-range', `epsilons[${index}]`, `epsilons[${index}] must be a finite number from 0.`);
  }
  if (!evaluationNorms.includes(norm)) {
    fail('unknown-name', 'norm', `norm must be one of ${evaluationNorms.join(', ')}.`);
  }
  if (!(Number.isSafeInteger(seed) && seed >= 0)) fail('out-of-range', 'seed', 'seed must be a whole number from 0.');
  expectType(typeof independent === 'boolean', 'independent', 'true or false');
  const plan: Plan = { norm, epsilons: [...new Set(sizes)].sort((a, b) => a - b), seed, independent, attacks: [] };
  for (const [index, given] of attacks.entries()) {
    const planned = planAttack(given, `attacks[${index}]`, plan, descriptions);
    const same = plan.attacks.filter(({ method }) => method === planned.method).length;
    plan.attacks.push(same > 0 ? { ...planned, name: `${planned.name} (${same + 1})` } : planned);
  }
  return plan;
}

function planAttack(
  given: MethodId | AttackMethodOptions,
  field: string,
  { norm, epsilons, seed }: Plan,
  descriptions: readonly AttackDescription[],
): PlannedAttack {
  const own: Record<string, unknown> = typeof given === 'string' ? { method: given } : { ...(given as object) };
  const { method } = own;
  expectType(typeof method === 'string', field, 'the name of a method, or an object with the member method');
  const description = descriptions.find(({ id }) => id === method);
  if (!description) {
    const all = descriptions.map(({ id }) => id).join(', ');
    return fail('unknown-name', field, `${field}: there is no attack '${method}'. Attacks: ${all}.`);
  }
  for (const [name, who] of Object.entries(taken)) {
    if (own[name] === undefined) continue;
    fail('unknown-option', `${field}.${name}`, `${field}.${name} is no option here: it is given by ${who}.`);
  }
  const { goal, norms } = description.traits;
  const option = description.options.find(({ name }) => name === 'norm');
  const ownNorm = String(own.norm ?? (norms.includes(norm) ? norm : (option?.default ?? norms[0])));
  const fixedBudget = goal === 'fixed-budget';
  // What a smallest perturbation measures in another norm is still an upper bound; a budget in another norm is none.
  if (fixedBudget && ownNorm !== norm) {
    const place = own.norm === undefined ? field : `${field}.norm`;
    const kept = own.norm === undefined ? norms.join(', ') : ownNorm;
    fail(
      'unsupported',
      place,
      `${place}: ${method} keeps to epsilon in ${kept}, not in ${norm}, the norm of this evaluation.`,
    );
  }
  return {
    method: description.id,
    name: description.id,
    description,
    ownNorm,
    options: { seed, ...own, ...(option && { norm: ownNorm }) },
    // Nothing but the input itself lies within 0.
    epsilons: fixedBudget ? epsilons.filter((epsilon) => epsilon > 0) : [null],
  };
}
