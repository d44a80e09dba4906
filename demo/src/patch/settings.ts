import type { OptionDescription, UniversalDescription } from 'mlsec';
import { catalog } from 'mlsec/catalog';
import type { PatchPlacement } from 'mlsec/universal';
import { classNamesOf } from '../../../web/src/element/data_sets.js';
import { side } from '../../../web/src/element/digit.js';
import { type Network, networkNamed, networks } from '../../../web/src/element/networks.js';
import type { OptionValues } from '../../../web/src/element/options.js';

/** Of the samples that ship, so many are learned from; the others show what the patch does to images it has not seen. */
export const learnedFrom = 500;

/** What is learned. */
export interface Recipe {
  /** The id of a network. */
  model: string;
  /** The class that everything shall be taken for; undefined for any but the right one. */
  target: number | undefined;
  /** Options that were changed: of the method, and `seed`. */
  options: OptionValues;
}

/** Everything a link to a patch carries. */
export interface State extends Recipe {
  /** Which of the samples that ship lies under it; none that it has learned from. */
  sample: number;
  place: Required<PatchPlacement>;
}

export const smallestScale = 0.5;
export const largestScale = 2;

/** The method that makes patches. */
export function method(): UniversalDescription {
  return catalog().universalAttacks.find(({ makes }) => makes === 'patch') as UniversalDescription;
}

/** Fields of a form: the method's options, and the seed. What the slider is for is none of them. */
export function ownOptions(): OptionDescription[] {
  const types = ['boolean', 'integer', 'number', 'enum'];
  const seed = catalog().universalOptions.filter(({ name }) => name === 'seed');
  return [...method().options, ...seed].filter(({ name, type }) => types.includes(type) && name !== 'size');
}

/** An option in force. */
export function optionIn(state: Recipe, name: string): number {
  const option = method().options.find((each) => each.name === name);
  return Number(state.options[name] ?? option?.default);
}

/** The networks whose images are known here. */
export function patchable(): Network[] {
  return networks().filter(({ dataset }) => catalog().datasets.some(({ id }) => id === dataset));
}

export function datasetOf({ model }: Pick<State, 'model'>): string {
  return networkNamed(model).dataset;
}

export function namesOf(state: Pick<State, 'model'>): readonly string[] {
  return classNamesOf(datasetOf(state));
}

/** One that is fooled, by a patch in a corner. */
export function firstState(): State {
  return {
    model: 'mnist-cnn',
    target: 8,
    options: { size: 0.5 },
    sample: learnedFrom + 4,
    place: { row: 8, column: 19, scale: 1, rotation: 0 },
  };
}

/** The same patch is not learned twice. */
export function keyOf({ model, target, options }: Recipe): string {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return JSON.stringify([model, target ?? null, given.sort(([one], [other]) => (one < other ? -1 : 1))]);
}

/** Within what the page lets one do with a patch. */
export function within(place: Required<PatchPlacement>): Required<PatchPlacement> {
  const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);
  const turned = ((((place.rotation + 180) % 360) + 360) % 360) - 180;
  return {
    row: round(clamp(place.row, 0, side - 1), 0.25),
    column: round(clamp(place.column, 0, side - 1), 0.25),
    scale: round(clamp(place.scale, smallestScale, largestScale), 0.05),
    rotation: Math.round(turned),
  };
}

function round(value: number, step: number): number {
  return Number((Math.round(value / step) * step).toFixed(4));
}
