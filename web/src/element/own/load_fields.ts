import type { LoadOptions, OptionDescription } from 'mlsec';
import { catalog } from 'mlsec/catalog';

/** What a visitor has written for each option of reading a file; what is left out is as the file has it. */
export type FieldTexts = Record<string, string | undefined>;

/** The file has a name already. */
const withoutField = ['name'];

/** Options that a form asks for. */
export function loadFields(): OptionDescription[] {
  return catalog().loadOptions.filter(({ name }) => !withoutField.includes(name));
}

/** One name a line. */
export function isLines({ type, item }: OptionDescription): boolean {
  return type === 'list' && item?.type === 'string';
}

/** The value of an option as a visitor writes it; undefined where it cannot be read. */
export function parseField(option: OptionDescription, text: string): unknown {
  if (isLines(option)) {
    const lines = text.split(/\r?\n/).map((line) => line.trim());
    return lines.filter((line) => line !== '');
  }
  if (option.type === 'list') {
    const parts = text.replace(/[[\](){}]/g, ' ').split(/[\s,;×]+/);
    const numbers = parts.filter((part) => part !== '').map(Number);
    const fitting = numbers.every(option.item?.type === 'integer' ? Number.isInteger : Number.isFinite);
    return numbers.length > 0 && fitting ? numbers : undefined;
  }
  return option.type === 'enum' && !option.values?.includes(text) ? undefined : text;
}

/** What `load` gets, and the first option that cannot be read, if any. */
export function readFields(texts: FieldTexts): { options: LoadOptions; unreadable: string | undefined } {
  const given = loadFields().flatMap((option) => {
    const text = texts[option.name];
    return text === undefined || text.trim() === '' ? [] : [[option.name, parseField(option, text)] as const];
  });
  return {
    options: Object.fromEntries(given) as LoadOptions,
    unreadable: given.find(([, value]) => value === undefined)?.[0],
  };
}

/** What networks usually want of their images. */
export const habits = {
  file: {},
  bytes: { bounds: '0, 255' },
  signed: { bounds: '-1, 1' },
  // The means and standard deviations of ImageNet's red, green and blue.
  imageNet: { bounds: '0, 1', mean: '0.485, 0.456, 0.406', std: '0.229, 0.224, 0.225' },
} as const satisfies Record<string, FieldTexts>;

export type Habit = keyof typeof habits;

/** Which of these is in force; undefined where it is something else. */
export function habitIn(texts: FieldTexts): Habit | undefined {
  const names = Object.keys(habits) as Habit[];
  const same = (habit: FieldTexts) => ['bounds', 'mean', 'std'].every((name) => texts[name] === habit[name]);
  return names.find((name) => same(habits[name]));
}

/** Extents of one sample where a file leaves some open, taken for those of colour images of the usual size. */
export function likelyShape(extents: readonly (number | null)[]): string | undefined {
  const sample = extents.slice(1);
  if (sample.length !== 3 || !sample.includes(null)) return undefined;
  const channelsLast = sample[2] !== null && (sample[2] as number) <= 4;
  const channels = channelsLast ? 2 : 0;
  return sample.map((extent, axis) => extent ?? (axis === channels ? 3 : 224)).join(', ');
}
