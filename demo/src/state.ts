import type { AttackDescription } from 'mlsec';
import { catalog } from 'mlsec/catalog';
import { attackNamed, attacksFor } from './attacks.js';
import type { OptionValues } from './options.js';

/** Everything a link carries: the same state gives the same result. */
export interface State {
  /** The id of a model that ships. */
  model: string;
  source: 'sample' | 'drawing';
  /** Which of the samples that ship. */
  sample: number;
  /** The drawn digit, a byte a pixel; undefined while nothing is drawn. */
  drawing?: Uint8Array;
  attack: string;
  /** The class aimed at; undefined for any other than the right one. */
  target?: number;
  /** Options of the attack that differ from their defaults. */
  options: OptionValues;
}

/** What the page opens with: an attack whose strength can be slid, on a digit that it succeeds on. */
export function firstState(): State {
  const attacks = attacksFor(undefined);
  const first = attacks.find(({ traits }) => traits.goal === 'fixed-budget') ?? (attacks[0] as AttackDescription);
  return { model: catalog().models[0]?.id ?? '', source: 'sample', sample: 4, attack: first.id, options: {} };
}

export function attackOf(state: State): AttackDescription {
  return attackNamed(state.attack) ?? (catalog().attacks[0] as AttackDescription);
}

/** The class to aim at, where the attack can aim and the digit is not of that class already. */
export function aimOf(state: State, label: number | undefined): number | undefined {
  return attackOf(state).traits.targeted && state.target !== label ? state.target : undefined;
}
