import { describe, expect, it } from 'vitest';
import { type Flag, flagsOf, optionsOf, parseFlags } from '../../web/src/cli/flags.js';
import { progressBar } from '../../web/src/cli/progress_bar.js';
import { suggest, UsageError } from '../../web/src/cli/usage_error.js';

const flags: Flag[] = flagsOf([
  { name: 'norm', type: 'enum', values: ['l2', 'linf'], summary: 'The norm.', level: 'basic' },
  { name: 'stepSize', type: 'number', summary: 'A size.', level: 'basic' },
  { name: 'steps', type: 'integer', summary: 'A number.', level: 'basic' },
  { name: 'randomStart', type: 'boolean', summary: 'A switch.', level: 'basic' },
  { name: 'targets', type: 'list', item: { type: 'integer' }, perSample: true, summary: 'Classes.', level: 'basic' },
  {
    name: 'inner',
    type: 'object',
    options: [{ name: 'rate', type: 'number', summary: 'Nested.', level: 'basic' }],
    summary: 'An object.',
    level: 'basic',
  },
]);
const read = (...argv: string[]) => optionsOf(flags, parseFlags(argv, flags), 3);

describe('flags', () => {
  it('are made from options', () => {
    expect(flags.map(({ name }) => name)).toEqual([
      'norm',
      'step-size',
      'steps',
      'random-start',
      'targets',
      'inner-rate',
    ]);
  });

  it('become options', () => {
    expect(read('--norm', 'l2', '--step-size=0.5', '--no-random-start', '--inner-rate', '-1')).toEqual({
      norm: 'l2',
      stepSize: 0.5,
      randomStart: false,
      inner: { rate: -1 },
    });
  });

  it('give one target to every sample', () => {
    expect(read('--targets', '7')).toEqual({ targets: [7, 7, 7] });
    expect(read('--targets', '1,2,3')).toEqual({ targets: [1, 2, 3] });
  });

  it.each([
    [['--stepsize', '1'], 'Did you mean --step-size?'],
    [['--norm', 'l3'], 'one of l2, linf'],
    [['--steps', 'many'], 'must be a number'],
    [['--steps', '1.5'], 'must be a whole number'],
    [['--steps'], 'needs a value'],
    [['--random-start=yes'], 'takes no value'],
    [['--no-steps'], 'no flag --no-steps'],
    [['steps'], 'flags begin with --'],
  ])('that are wrong say so: %j', (argv, words) => {
    expect(() => read(...argv)).toThrow(UsageError);
    expect(() => read(...argv)).toThrow(words);
  });
});

it('suggests what is near and nothing else', () => {
  expect(suggest('pdg', ['pgd', 'fgsm'])).toBe(' Did you mean pgd?');
  expect(suggest('xyz', ['pgd', 'fgsm'])).toBe('');
  expect(suggest('boundry', ['pgd', 'boundary'])).toBe(' Did you mean boundary?');
});

describe('the progress bar', () => {
  const written: string[] = [];
  const stream = (isTTY: boolean) => ({ isTTY, write: (text: string) => written.push(text) }) as never;
  const progress = { done: 5, total: 10, fraction: 0.5, secondsLeft: 2.5 };

  it('is drawn on a terminal and wiped in the end', () => {
    const bar = progressBar(stream(true));
    bar.update(progress);
    bar.end();
    expect(written[0]).toContain('5 of 10, 3 s left');
    expect(written.at(-1)).toBe('\r\x1b[K');
  });

  it('is silent elsewhere', () => {
    written.length = 0;
    const bar = progressBar(stream(false));
    bar.update(progress);
    bar.end();
    expect(written).toEqual([]);
  });
});
