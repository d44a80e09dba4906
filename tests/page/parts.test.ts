// Parts of the page that need no browser.
import fc from 'fast-check';
import { catalog } from 'mlsec/catalog';
import { describe, expect, it } from 'vitest';
import { Curve } from '../../demo/src/training/curve.js';
import { fieldsOf, firstSettings, teachers, trainOptionsOf } from '../../demo/src/training/settings.js';
import { readTrainingLink, writeTrainingLink } from '../../demo/src/training/training_link.js';
import { paperAddress } from '../../web/src/element/attacks.js';
import { packDrawing, side, unpackDrawing } from '../../web/src/element/digit.js';
import { digitFrom } from '../../web/src/element/drawn_digit.js';
import { duration, percent, short, spelledOut, withArticle } from '../../web/src/element/format.js';
import type { Finding, Reading } from '../../web/src/element/laboratory.js';
import { Latest } from '../../web/src/element/latest.js';
import { readLink, writeLink } from '../../web/src/element/link.js';
import { optionsOf } from '../../web/src/element/options.js';
import { amplificationFor } from '../../web/src/element/paint.js';
import type { State } from '../../web/src/element/state.js';
import { inWords, verdictOn } from '../../web/src/element/verdict.js';

const drawings = fc
  .array(fc.integer({ min: 0, max: 15 }), { minLength: side * side, maxLength: side * side })
  .map((levels) => Uint8Array.from(levels, (level) => 17 * level));

describe('links', () => {
  const states: fc.Arbitrary<State> = fc.constantFrom(...catalog().attacks).chain((attack) =>
    fc.record({
      model: fc.constantFrom(...catalog().models.map(({ id }) => id as string)),
      source: fc.constant<'sample'>('sample'),
      sample: fc.nat(999),
      attack: fc.constant<string>(attack.id),
      target: fc.option(fc.nat(9), { nil: undefined }),
      options: fc.record(
        Object.fromEntries(
          optionsOf(attack).map(({ name, type, values = [] }) => [
            name,
            type === 'boolean'
              ? fc.boolean()
              : type === 'enum'
                ? fc.constantFrom(...values)
                : fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 }),
          ]),
        ),
        { requiredKeys: [] },
      ),
    }),
  );

  it('bring back every state', () => {
    fc.assert(
      fc.property(states, (state) => {
        const { state: read, complaints } = readLink(writeLink(state));
        expect(complaints).toEqual([]);
        expect(JSON.parse(JSON.stringify(read))).toEqual(JSON.parse(JSON.stringify(state)));
      }),
    );
  });

  it('bring back every drawing', () => {
    fc.assert(
      fc.property(drawings, (drawing) => {
        expect(unpackDrawing(packDrawing(drawing))).toEqual(drawing);
      }),
      { numRuns: 20 },
    );
  });

  it('survive any text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (name, value) => {
        const text = new URLSearchParams({ v: '1', [name]: value, drawing: value }).toString();
        expect(catalog().attacks.map(({ id }) => id as string)).toContain(readLink(text).state.attack);
      }),
    );
  });
});

describe('drawings', () => {
  /** Where the centre of mass lies. */
  function centreOf(pixels: Uint8Array): [number, number] {
    let [mass, x, y] = [0, 0, 0];
    pixels.forEach((value, index) => {
      mass += value;
      x += value * ((index % side) + 0.5);
      y += value * (Math.floor(index / side) + 0.5);
    });
    return [x / mass, y / mass];
  }

  it('are centred by mass, in a box of 20 pixels, wherever they are', () => {
    const width = 280;
    for (const [left, top, size] of [
      [10, 20, 60],
      [100, 5, 170],
      [0, 0, 280],
    ] as const) {
      // A corner: heavier at the bottom left.
      const ink = Uint8Array.from({ length: width * width }, (_, index) => {
        const [x, y] = [(index % width) - left, Math.floor(index / width) - top];
        const inside = x >= 0 && y >= 0 && x < size && y < size;
        return inside && (x < size / 5 || y >= (4 * size) / 5) ? 255 : 0;
      });
      const digit = digitFrom(ink, width) as Uint8Array;
      const [x, y] = centreOf(digit);
      expect(x).toBeCloseTo(side / 2, 0);
      expect(y).toBeCloseTo(side / 2, 0);
      const columns = new Set(
        [...digit.keys()].filter((index) => (digit[index] ?? 0) > 0).map((index) => index % side),
      );
      expect(columns.size).toBeGreaterThanOrEqual(20);
      expect(columns.size).toBeLessThanOrEqual(21);
    }
  });

  it('are nothing without ink', () => {
    expect(digitFrom(new Uint8Array(100), 10)).toBeUndefined();
  });
});

describe('verdicts', () => {
  const reading = (label: number, share: number): Reading => {
    const probabilities = new Float32Array(10).fill((1 - share) / 9);
    probabilities[label] = share;
    return { label, probabilities };
  };
  const words = (
    status: Finding['status'],
    before: Reading,
    after: Reading,
    rest: { target?: number; epsilon?: number },
  ) =>
    inWords(
      verdictOn({
        before,
        finding: { status, after, target: rest.target } as Finding,
        label: 4,
        names: [...'0123456789'],
        epsilon: rest.epsilon,
      }).sentence,
    ).replaceAll('\u00a0', ' ');
  const [four, eight] = [reading(4, 0.99), reading(8, 0.6)];

  it.each([
    ['success', four, eight, {}, 'The network now sees an 8 (60 %) where it saw a 4 (99 %).'],
    ['success', four, eight, { target: 8 }, 'The network now sees the 8 you asked for (60 %) where it saw a 4 (99 %).'],
    ['success', four, four, { target: 4 }, 'Nothing to do: the network already sees the 4 you asked for (99 %).'],
    [
      'failed',
      four,
      four,
      { epsilon: 0.1 },
      'The network still sees a 4 (99 %). Give the attack more room, or try another.',
    ],
    ['failed', four, four, {}, 'The network still sees a 4 (99 %). Give the attack more steps, or try another.'],
    ['failed', four, eight, { target: 7 }, 'Not quite: the network now sees an 8 (60 %), not the 7 you asked for.'],
    ['failed', four, four, { epsilon: 0 }, 'With no room to change anything, the network sees a 4 (99 %).'],
    [
      'budget-exhausted',
      four,
      four,
      {},
      'The attack used up what it may spend before it found a way. The network still sees a 4 (99 %).',
    ],
    [
      'already-misclassified',
      eight,
      eight,
      {},
      'Nothing to do: the network sees an 8 (60 %) where this is a 4, without any attack.',
    ],
  ] as const)('%s', (status, before, after, rest, expected) => {
    expect(words(status, before, after, rest)).toBe(expected);
  });
});

it('numbers are written as one reads them', () => {
  expect([0, 0.004, 0.5, 0.996, 1].map(percent)).toEqual([
    '0\u00a0%',
    '<1\u00a0%',
    '50\u00a0%',
    '>99\u00a0%',
    '100\u00a0%',
  ]);
  expect([0, 0.05, 1.23456, 12345].map(short)).toEqual(['0', '0.05', '1.23', '12,345']);
  expect([0.0001, 0.25, 3.14].map(duration)).toEqual(['1\u00a0ms', '250\u00a0ms', '3.1\u00a0s']);
  expect(['4', '8', '11', 'apple'].map(withArticle)).toEqual(['a 4', 'an 8', 'an 11', 'an apple']);
  expect(spelledOut('initialStepSize')).toBe('Initial step size');
});

it('a change is amplified by a round factor that does not clip it', () => {
  expect(amplificationFor([0, 0])).toBe(1);
  expect(amplificationFor([0.05, -0.05])).toBe(20);
  expect(amplificationFor([-0.3, 0.1])).toBe(3);
  expect(amplificationFor([Math.fround(0.05) + 1e-9])).toBe(20);
  expect(amplificationFor([1])).toBe(1);
});

it('papers are found by their reference', () => {
  expect(paperAddress('arXiv:1412.6572')).toBe('https://arxiv.org/abs/1412.6572');
  expect(paperAddress('doi:10.1000/x')).toBe('https://doi.org/10.1000/x');
  expect(paperAddress('a book')).toBeUndefined();
});

describe('the latest question', () => {
  it('is the one that is answered, and those between are left out', async () => {
    const answered: string[] = [];
    const ends: string[] = [];
    const latest = new Latest<string>(async (question, signal) => {
      answered.push(question);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 2000);
        signal.addEventListener('abort', () => {
          clearTimeout(timer);
          ends.push(question);
          resolve();
        });
      });
    });
    for (const question of ['one', 'two', 'three', 'four']) latest.ask(question);
    await expect.poll(() => answered).toEqual(['one', 'four']);
    expect(ends).toEqual(['one']);
    latest.cancel(new Error('Enough.'));
    await expect.poll(() => ends).toEqual(['one', 'four']);
    latest.ask('five');
    expect(answered).toEqual(['one', 'four', 'five']);
    latest.cancel(undefined);
  });

  it('lets quick work end', async () => {
    const ended: number[] = [];
    const latest = new Latest<number>(async (question, signal) => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      if (!signal.aborted) ended.push(question);
    });
    for (let question = 0; question < 20; question++) {
      latest.ask(question);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await expect.poll(() => ended.at(-1)).toBe(19);
    expect(ended.length).toBeGreaterThan(5);
  });
});

describe('trainings', () => {
  it('come back from their links', () => {
    for (const adversarial of [undefined, ...teachers().map(({ id }) => id)]) {
      const settings = { ...firstSettings(), dataset: 'fashion', architecture: 'mlp', adversarial };
      for (const { name, type, values } of fieldsOf(settings)) {
        const value = type === 'boolean' ? true : type === 'enum' ? values?.[0] : 7;
        const { workers: _, ...options } = { [name]: value };
        const { settings: read, complaints } = readTrainingLink(writeTrainingLink({ ...settings, options }).slice(1));
        expect(complaints).toEqual([]);
        expect(read).toEqual({ ...settings, options });
      }
    }
  });

  it('have options that the package knows, with the attacks inside', () => {
    const known = new Set(['workers', ...catalog().trainOptions.map(({ name }) => name)]);
    for (const { id } of teachers()) {
      const options = trainOptionsOf({ ...firstSettings(), adversarial: id, options: { epsilon: 0.2 } });
      expect(Object.keys(options).filter((name) => !known.has(name))).toEqual([]);
      expect(options.adversarial).toMatchObject({ method: id, epsilon: 0.2 });
      expect(options.robustAttack).toMatchObject({ epsilon: 0.2 });
    }
    expect(trainOptionsOf(firstSettings()).adversarial).toBeUndefined();
  });
});

describe('curves', () => {
  it('are smooth, begin where the figures begin, and stay short however long a training is', () => {
    const curve = new Curve();
    for (let batch = 1; batch <= 5000; batch++) curve.add(batch, 2 + (batch % 2));
    expect(curve.points.length).toBeLessThanOrEqual(400);
    expect(curve.points.length).toBeGreaterThan(100);
    for (const [batch, value] of curve.points) if (batch > 50) expect(value).toBeCloseTo(2.5, 0);
    const once = new Curve();
    once.add(1, 7);
    expect(once.points).toEqual([[1, 7]]);
  });

  it('go on from where they are cut', () => {
    const curve = new Curve();
    for (let batch = 1; batch <= 20; batch++) curve.add(batch, 1);
    const cut = curve.until(10);
    expect(cut.points.at(-1)).toEqual([10, 1]);
    cut.add(11, 1);
    expect(cut.points.at(-1)?.[1]).toBeCloseTo(1);
    expect(curve.points).toHaveLength(20);
  });
});
