import type { AttackDescription, OptionDescription } from 'mlsec';
import { catalog } from 'mlsec/catalog';

export type OptionValue = boolean | number | string;

/** Options that were changed, by name; the others keep their defaults. */
export type OptionValues = Record<string, OptionValue | undefined>;

/** Always asked for, as the way there is shown. */
const withoutEffect = ['trajectory'];

/** The attack's options that a form can ask for: one plain value each. The rest are lists, arrays and models. */
export function optionsOf(attack: AttackDescription): OptionDescription[] {
  const types = ['boolean', 'integer', 'number', 'enum', 'string'];
  return [...attack.options, ...catalog().attackOptions].filter(
    ({ name, type, perSample }) => types.includes(type) && !perSample && !withoutEffect.includes(name),
  );
}

/** The option that limits the perturbation, which the slider is for. Attacks that search the smallest one have none. */
export function strengthOption(attack: AttackDescription): OptionDescription | undefined {
  return attack.options.find(({ name }) => name === 'epsilon');
}

/** The norm the attack measures in, as chosen or by default. */
export function normOf(attack: AttackDescription, values: OptionValues): string {
  const option = attack.options.find(({ name }) => name === 'norm');
  return String(values.norm ?? option?.default ?? attack.traits.norms[0]);
}

/** Those values that mean the same to the other attack. */
export function keepShared(values: OptionValues, from: AttackDescription, to: AttackDescription): OptionValues {
  const declarations = new Set(optionsOf(to).map((option) => JSON.stringify(option)));
  const kept = optionsOf(from).filter((option) => declarations.has(JSON.stringify(option)));
  return Object.fromEntries(kept.flatMap(({ name }) => (values[name] === undefined ? [] : [[name, values[name]]])));
}

/** A value as written in a link or a field; undefined where it is none of the option's. */
export function parseValue(option: OptionDescription, text: string): OptionValue | undefined {
  if (option.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined;
  if (option.type === 'enum') return option.values?.includes(text) ? text : undefined;
  if (option.type === 'string') return text;
  const number = Number(text);
  return text.trim() !== '' && Number.isFinite(number) ? number : undefined;
}
