import type { AttackDescription, InputSpecification, OptionDescription } from 'mlsec';
import { catalog } from 'mlsec/catalog';
import { attackNamed, attacksFor } from '../../../web/src/element/attacks.js';
import { side } from '../../../web/src/element/digit.js';
import { type Network, networks } from '../../../web/src/element/networks.js';
import { scaleOf } from '../../../web/src/element/norms.js';
import { normOf, strengthOption } from '../../../web/src/element/options.js';

/** Everything a link to a comparison carries. */
export interface State {
  /** The id of a data set: its networks are compared. */
  data: string;
  /** Which of the samples that ship. */
  sample: number;
  /** Their ids, in the order of the rows. */
  attacks: string[];
  norm: string;
  /** How far attacks may go, or within which what they find counts; undefined for what suits the norm. */
  epsilon: number | undefined;
  /** The cell whose image all networks are shown. */
  chosen: { attack: string; model: string } | undefined;
  /** How many samples the curves are measured on, and by which attack. */
  samples: number;
  measure: string;
}

export const norms = ['linf', 'l2', 'l1', 'l0'] as const;

/** More rows are too many to look at. */
export const mostRows = 8;

export const sampleCounts = [50, 200, 1000] as const;

export function firstState(): State {
  const state = {
    data: catalog().datasets[0]?.id ?? '',
    sample: 4,
    norm: 'linf',
    epsilon: undefined,
    chosen: undefined,
  };
  return {
    ...state,
    attacks: firstAttacks(state.norm),
    samples: sampleCounts[0],
    measure: measuringAttack(state.norm).id,
  };
}

/** One attack of each kind: at once, in steps, the smallest change, and without gradients; quick ones. */
export function firstAttacks(norm: string): string[] {
  const able = attacksIn(norm);
  const having = (goal: string, needs: string) =>
    able.filter(({ traits }) => traits.goal === goal && traits.needs === needs).map(({ id }) => id);
  const severalNorms = able.filter(
    ({ traits, options }) => traits.goal === 'minimum-norm' && options.some(({ name }) => name === 'norm'),
  );
  const limited = having('fixed-budget', 'gradients').slice(0, 2);
  const smallest = severalNorms.map(({ id }) => id).slice(0, limited.length > 0 ? 1 : 2);
  return [...limited, ...smallest, ...having('fixed-budget', 'scores').slice(0, 1)];
}

/** The attacks that measure in a norm. */
export function attacksIn(norm: string): AttackDescription[] {
  return attacksFor(undefined).filter(({ traits }) => traits.norms.some((each) => each === norm));
}

/** Their ids. */
export function idsIn(norm: string): string[] {
  return attacksIn(norm).map(({ id }) => id);
}

/** The attack that curves are measured by at first: one that goes in steps. */
export function measuringAttack(norm: string): AttackDescription {
  const able = attacksIn(norm).filter(({ traits }) => traits.needs === 'gradients');
  const steady = able.filter(({ traits, options }) => traits.goal === 'fixed-budget' && options.some(hasSteps));
  return steady[0] ?? able[0] ?? (attacksIn(norm)[0] as AttackDescription);
}

function hasSteps({ name }: OptionDescription): boolean {
  return name === 'steps';
}

/** The networks that are compared: those that ship, trained here or brought. */
export function networksOf({ data }: Pick<State, 'data'>): Network[] {
  return networks().filter(({ dataset }) => dataset === data);
}

const usualInput = { shape: [side, side], lower: 0, upper: 1 };

export function scaleIn(
  { norm }: Pick<State, 'norm'>,
  input: Pick<InputSpecification, 'shape' | 'lower' | 'upper'> = usualInput,
) {
  return scaleOf(norm, input);
}

/** The limit in force. */
export function epsilonIn(state: Pick<State, 'norm' | 'epsilon'>): number {
  return state.epsilon ?? scaleIn(state).start * 2;
}

/** The sizes of perturbations that curves are measured at. */
export function epsilonsOf(state: Pick<State, 'norm'>): number[] {
  const { maximum, step } = scaleIn(state);
  const parts = 8;
  return Array.from({ length: parts }, (_, index) => {
    const value = (maximum * (index + 1)) / parts;
    return Number((Math.round(value / step) * step).toPrecision(6));
  });
}

/** An attack of that id, as the package takes it, in the norm of the comparison. */
export function attackOptions(id: string, norm: string, epsilon: number | undefined): Record<string, unknown> {
  const attack = attackNamed(id) as AttackDescription;
  return {
    ...(attack.options.some(({ name }) => name === 'norm') && normOf(attack, {}) !== norm && { norm }),
    ...(epsilon !== undefined && strengthOption(attack) && { epsilon }),
  };
}
