import { attackNamed } from './attacks.js';
import { classNamesOf } from './data_sets.js';
import { optionsOf, parseValue } from './options.js';
import { type Control, controls } from './playground.js';
import { attackOf, datasetOf, firstState, type State } from './state.js';
import { english, type Texts } from './texts.js';

/** The element's attributes that say what is shown first. */
export const stateAttributes = ['model', 'sample', 'attack', 'target', 'norm', 'epsilon', 'seed', 'options'] as const;

export type StateAttribute = (typeof stateAttributes)[number];

/** The state that attributes ask for, and in words what of them could not be read: that keeps its default. */
export function readAttributes(
  get: (name: StateAttribute) => string | null,
  texts: Texts = english,
): { state: State; complaints: string[] } {
  const state = firstState();
  const complaints: string[] = [];
  const read = <T>(name: StateAttribute, parse: (text: string) => T | undefined): T | undefined => {
    const text = get(name)?.trim();
    if (!text) return undefined;
    const value = parse(text);
    if (value === undefined) complaints.push(texts.cannotBe(name, text));
    return value;
  };
  // A network that there is not cannot be left out without showing something else.
  state.model = read('model', (id) => id) ?? state.model;
  state.attack = read('attack', (id) => attackNamed(id)?.id) ?? state.attack;
  state.sample = read('sample', (text) => (/^\d{1,6}$/.test(text) ? Number(text) : undefined)) ?? state.sample;
  const target = read('target', (text) => (text === 'any' ? -1 : classNamed(text, classNamesOf(datasetOf(state)))));
  state.target = target === -1 ? undefined : target;
  const options = new Map(optionsOf(attackOf(state)).map((option) => [option.name, option]));
  for (const [name, value] of Object.entries(read('options', object) ?? {})) {
    const option = options.get(name);
    const parsed = option && parseValue(option, String(value));
    if (parsed === undefined) complaints.push(texts.cannotBe(`options.${name}`, String(value)));
    else state.options[name] = parsed;
  }
  for (const name of ['norm', 'epsilon', 'seed'] as const) {
    const option = options.get(name);
    // An attack that has no such option does without.
    const value = option && read(name, (text) => parseValue(option, text));
    if (value !== undefined) state.options[name] = value;
  }
  return { state, complaints };
}

/** What a visitor may change or do: names between spaces; everything without the attribute. */
export function readControls(text: string | null): Control[] | undefined {
  if (text === null) return undefined;
  const names = new Set(text.split(/[\s,]+/));
  return controls.filter((name) => names.has(name));
}

/** A class by its number or its name. */
function classNamed(text: string, names: readonly string[]): number | undefined {
  const named = names.findIndex((name) => name.toLowerCase() === text.toLowerCase());
  if (named >= 0) return named;
  const number = Number(text);
  return Number.isInteger(number) && number >= 0 && number < names.length ? number : undefined;
}

function object(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
