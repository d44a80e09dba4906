import type { OptionDescription, ValueDescription } from '../catalog.js';
import { suggest, UsageError } from './usage_error.js';

/** One flag of a command. Those of attacks come from the catalogue. */
export interface Flag {
  /** Without the dashes, in kebab case. */
  name: string;
  value: ValueDescription;
  summary: string;
  /** What an absent flag means, in words. */
  fallback?: string;
  /** One value is meant for every sample. */
  perSample?: boolean;
  /** Where the value goes: names of nested members. */
  path: string[];
}

export type FlagValue = boolean | number | string | FlagValue[];

/** The flags of a list of options; nested options are joined by a dash. */
export function flagsOf(options: readonly OptionDescription[], path: string[] = []): Flag[] {
  return options.flatMap((option): Flag[] => {
    const own = [...path, option.name];
    if (option.type === 'object') return flagsOf(option.options ?? [], own);
    const fallback = option.default === undefined ? option.defaultText : String(option.default);
    return [
      {
        name: own.map(kebab).join('-'),
        value: option,
        summary: option.summary + (option.unit ? ` (${option.unit})` : ''),
        fallback,
        perSample: option.perSample,
        path: own,
      },
    ];
  });
}

/** A flag that is not in the catalogue. */
export function flag(name: string, type: ValueDescription['type'], summary: string, fallback?: string): Flag {
  return { name, value: { type }, summary, fallback, path: [name] };
}

/** Reads `--name value`, `--name=value`, `--name` and `--no-name`. */
export function parseFlags(argv: readonly string[], flags: readonly Flag[]): Map<string, FlagValue> {
  const values = new Map<string, FlagValue>();
  const names = flags.flatMap(({ name, value }) => (value.type === 'boolean' ? [name, `no-${name}`] : [name]));
  for (let at = 0; at < argv.length; at++) {
    const argument = argv[at] as string;
    if (!argument.startsWith('--')) throw new UsageError(`'${argument}' is no flag: flags begin with --.`);
    const [name = '', ...rest] = argument.slice(2).split('=');
    const attached = rest.length > 0 ? rest.join('=') : undefined;
    const known = flags.find((each) => each.name === name || `no-${each.name}` === name);
    if (!known || (name !== known.name && known.value.type !== 'boolean')) {
      throw new UsageError(`There is no flag --${name}.${suggest(name, names, '--')}`);
    }
    if (known.value.type === 'boolean') {
      if (attached !== undefined) throw new UsageError(`--${name} takes no value.`);
      values.set(known.name, name === known.name);
      continue;
    }
    const text = attached ?? argv[++at];
    if (text === undefined) throw new UsageError(`--${name} needs a value.`);
    values.set(known.name, parseValue(text, known.value, `--${name}`));
  }
  return values;
}

/** Ranges are the core's business; what is no number at all never gets there. */
function parseValue(text: string, description: ValueDescription, name: string): FlagValue {
  switch (description.type) {
    case 'integer':
    case 'number': {
      const number = Number(text);
      if (text.trim() === '' || Number.isNaN(number)) throw new UsageError(`${name} must be a number, not '${text}'.`);
      if (description.type === 'integer' && !Number.isInteger(number)) {
        throw new UsageError(`${name} must be a whole number, not '${text}'.`);
      }
      return number;
    }
    case 'enum': {
      const values = description.values ?? [];
      if (!values.includes(text)) {
        throw new UsageError(`${name} must be one of ${values.join(', ')}, not '${text}'.${suggest(text, values)}`);
      }
      return text;
    }
    case 'list':
      // Lists of lists: '1,2;3,4'.
      return text
        .split(description.item?.type === 'list' ? ';' : ',')
        .map((part) => parseValue(part, description.item ?? { type: 'string' }, name));
    case 'array':
      return text.split(',').map((part) => parseValue(part, { type: 'number' }, name));
    default:
      return text;
  }
}

/** The options that flags stand for, with their nesting. One value of a per-sample option is repeated `samples` times. */
export function optionsOf(
  flags: readonly Flag[],
  values: Map<string, FlagValue>,
  samples: number,
): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (const { name, path, perSample } of flags) {
    const value = values.get(name);
    if (value === undefined) continue;
    let inner = options;
    for (const member of path.slice(0, -1)) {
      inner[member] ??= {};
      inner = inner[member] as Record<string, unknown>;
    }
    const repeated = perSample && Array.isArray(value) && value.length === 1;
    inner[path.at(-1) as string] = repeated ? Array(samples).fill(value[0]) : value;
  }
  return options;
}

export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
