import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AttackDescription } from '../../web/src/catalog.js';
import {
  type EvaluateOptions,
  type EvaluationReport,
  evaluate,
  type PartialEvaluation,
  reportAsCsv,
  reportAsHtml,
  transferMatrix,
} from '../../web/src/evaluate.js';
import { normOf, widthOf } from '../../web/src/evaluation/norms.js';
import { medianOf, shareOf } from '../../web/src/evaluation/statistics.js';
import { close, load, MlsecError, type Model, type ModelInputs, modelFrom, type Samples } from '../../web/src/index.js';
import { errorOf, loadFake, useFakeCore } from './fake.js';

const none = Number.POSITIVE_INFINITY;

/** How far each sample is from what each method finds; the last sample is wrong before. */
const reach: Record<string, number[]> = {
  pgd: [0.05, 0.1, 0.15, 0.2, 0.3, 0.3, none, none, none, 0],
  square: [0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.1, none, none, 0],
  deepfool: [0.08, 0.08, 0.12, 0.2, 0.25, 0.4, 0.5, none, none, 0],
  'additive-noise': [none, none, none, none, none, none, none, none, none, 0],
};
const rows = 10;

type Call = { method: string; epsilon?: number; rows: number[]; options: Record<string, unknown> };
const calls: Call[] = [];
/** What to do instead of attacking. */
let instead: ((call: Call) => void) | undefined;
/** Samples that the model gets wrong when an attack begins, though they were right. */
let unstable: number[] = [];

/** Attacks do what `reach` says; samples are known by their first feature. */
vi.mock('../../web/src/attack.js', () => ({
  async attack(model: Model, inputs: ModelInputs, given: Record<string, unknown>) {
    const { data, shape } = ('inputs' in inputs ? inputs.inputs : inputs) as Samples;
    const { method, epsilon, signal, maxQueries, onProgress } = given as never as Call & {
      signal?: AbortSignal;
      maxQueries?: number;
      onProgress?: (progress: object) => void;
    };
    signal?.throwIfAborted();
    const own = Array.from({ length: shape[0] ?? 0 }, (_, row) => Math.round(((data[2 * row] ?? 0) - 0.5) * 1000));
    const call = { method, epsilon, rows: own, options: given };
    // A rehearsal is no attack.
    instead?.(call);
    if (maxQueries !== 1) calls.push(call);
    const distances = Float64Array.from(own, (row) => reach[method]?.[row] ?? none);
    onProgress?.({ done: own.length, total: own.length });
    return {
      status: own.map((row, index) => {
        if (unstable.includes(row)) return 'already-misclassified';
        return (distances[index] ?? none) <= (epsilon ?? 10) ? 'success' : 'failed';
      }),
      distances: { l0: distances, l1: distances, l2: distances, linf: distances },
      queries: Int32Array.from(own, () => 4),
      gradients: Int32Array.from(own, () => 3),
      // Those of the second model are what the first says is of class 1.
      adversarials: {
        data: data.map((value, index) => (index % 2 === 1 && model.info.name === 'fake' ? 1 : value)),
        shape,
      },
      seconds: 1,
    };
  },
}));

const describeAttack = (id: string, needs: string, goal: string): AttackDescription =>
  ({
    id,
    traits: { acts: 'sample', needs, goal, norms: ['l2', 'linf'] },
    options: [{ name: 'norm', type: 'enum', default: 'l2' }],
  }) as never;

vi.mock('../../web/src/catalog_lazily.js', () => ({
  catalog: async () => ({
    attacks: [
      describeAttack('pgd', 'gradients', 'fixed-budget'),
      describeAttack('square', 'scores', 'fixed-budget'),
      describeAttack('deepfool', 'gradients', 'minimum-norm'),
      describeAttack('additive-noise', 'labels', 'fixed-budget'),
    ],
  }),
}));

beforeEach(() => {
  useFakeCore();
  calls.length = 0;
  instead = undefined;
  unstable = [];
});
afterAll(close);

const data = {
  inputs: {
    data: Float32Array.from({ length: rows * 2 }, (_, index) => (index % 2 === 0 ? 0.5 + index / 2000 : 0.25)),
    shape: [rows, 2],
  },
  labels: [...Array(rows - 1).fill(0), 1],
};
const epsilons = [0.2, 0, 0.1];
const options: EvaluateOptions = { attacks: ['pgd', 'square', 'deepfool'], epsilons };
const any = (value: unknown) => value as never;
const counts = (shares: { count: number }[] = []) => shares.map(({ count }) => count);
/** All but what the clock says. */
const timeless = (report: EvaluationReport) =>
  JSON.parse(JSON.stringify(report), (name, value) => (name === 'seconds' ? 0 : value));

describe('figures', () => {
  it('intervals are those of Wilson', () => {
    expect(shareOf(8, 10).lower).toBeCloseTo(0.4901625, 6);
    expect(shareOf(8, 10).upper).toBeCloseTo(0.9433178, 6);
    expect(shareOf(50, 100).lower).toBeCloseTo(0.4038315, 6);
    expect(shareOf(0, 10).lower).toBe(0);
    expect(shareOf(0, 10).upper).toBeCloseTo(0.2775328, 6);
    expect(shareOf(10, 10).upper).toBe(1);
  });

  it('medians count what was not found as infinite', () => {
    expect(medianOf([3, 1, 2])).toBe(2);
    expect(medianOf([1, 2, 3, none])).toBe(2.5);
    expect(medianOf([1, 2, none, none])).toBeNull();
    expect(medianOf([])).toBeNull();
  });

  it('norms and the width of the box', () => {
    expect(['l0', 'l1', 'l2', 'linf'].map((norm) => normOf([3, 0, -4], any(norm)))).toEqual([2, 7, 5, 4]);
    const input = any({ shape: [2, 2], lower: -1, upper: 1 });
    expect(['l0', 'l1', 'l2', 'linf'].map((norm) => widthOf(input, any(norm)))).toEqual([4, 8, 4, 2]);
  });
});

describe('a report', () => {
  it('has robust accuracy by sorted epsilon, and the worst case for each sample and class', async () => {
    const report = await evaluate(await loadFake(), data, options);
    expect(report).toMatchObject({
      model: 'fake',
      samples: 10,
      norm: 'linf',
      epsilons: [0, 0.1, 0.2],
      labelsFromModel: false,
    });
    expect(report.cleanAccuracy).toEqual(shareOf(9, 10));
    const [pgd, square, deepfool] = report.attacks;
    expect(counts(pgd?.robustAccuracy)).toEqual([9, 7, 5]);
    expect(counts(square?.robustAccuracy)).toEqual([9, 8, 8]);
    expect(counts(deepfool?.robustAccuracy)).toEqual([9, 7, 5]);
    expect(pgd?.successRate).toEqual([0, 2 / 9, 4 / 9]);
    expect(report.worstCase.robustAccuracy).toEqual([shareOf(9, 10), shareOf(6, 10), shareOf(4, 10)]);
    expect(report.worstCase.distances).toEqual([0.05, 0.08, 0.12, 0.2, 0.25, 0.4, 0.1, null, null, 0]);
    expect(report.worstCase.attacks).toEqual([0, 2, 2, 0, 2, 2, 1, null, null, null]);
    const [zero, one] = report.classes;
    expect([zero?.samples, counts(zero?.worstCase)]).toEqual([9, [9, 6, 4]]);
    expect([one?.samples, one?.cleanAccuracy.count, counts(one?.worstCase)]).toEqual([1, 0, [0, 0, 0]]);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it('attacks again only what is right and was not broken at a smaller epsilon', async () => {
    const { attacks } = await evaluate(await loadFake(), data, options);
    expect(calls.map(({ method, epsilon, rows }) => [method, epsilon, rows.length])).toEqual([
      ['pgd', 0.1, 9],
      ['pgd', 0.2, 7],
      ['square', 0.1, 9],
      ['square', 0.2, 8],
      ['deepfool', undefined, 9],
    ]);
    expect(attacks[0]).toMatchObject({ queries: (4 * 16) / 9, gradients: (3 * 16) / 9, minimumDistance: null });
  });

  it('has smallest distances, their size beside the samples, and what gradients say', async () => {
    const { attacks, lossSensitivity, zeroGradients } = await evaluate(await loadFake(), data, options);
    const found = reach.deepfool?.slice(0, 7) ?? [];
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(attacks[2]?.minimumDistance).toEqual({ found: 7, median: 0.25, mean: mean(found) });
    const relative = mean(found.map((distance, row) => distance / Math.fround(0.5 + row / 1000)));
    expect(attacks[2]?.empiricalRobustness).toBeCloseTo(relative, 12);
    expect([lossSensitivity, zeroGradients]).toEqual([1, 0]);
  });

  it("takes the model's own answers where there are no labels", async () => {
    const report = await evaluate(await loadFake(), data.inputs, options);
    expect(report.labelsFromModel).toBe(true);
    expect(report.cleanAccuracy.value).toBe(1);
  });

  it('hands the norm and the seed on, unless an attack has its own', async () => {
    await evaluate(await loadFake(), data, {
      ...options,
      attacks: ['pgd', { method: 'pgd', seed: 1 }, { method: 'deepfool', norm: 'l2' }],
      seed: 7,
      epsilons: [0.1],
    });
    expect(calls.map(({ options }) => [options.norm, options.seed])).toEqual([
      ['linf', 7],
      ['linf', 1],
      ['l2', 7],
    ]);
  });

  it('of a function has no gradients', async () => {
    const model = await modelFrom(() => new Float32Array(20), { shape: [2], classes: 2 });
    const report = await evaluate(model, data, { attacks: ['square'], epsilons });
    expect([report.lossSensitivity, report.zeroGradients]).toEqual([null, null]);
  });

  it('progress ends at all samples times attacks and epsilons, and never goes back', async () => {
    const seen: number[] = [];
    await evaluate(await loadFake(), data, { ...options, onProgress: ({ done, total }) => seen.push(done / total) });
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect([seen[0], seen.at(-1)]).toEqual([0, 1]);
  });
});

describe('what is done is not done again', () => {
  it('after an abort, and the report is that of an uninterrupted run', async () => {
    const whole = await evaluate(await loadFake(), data, options);
    const controller = new AbortController();
    const states: PartialEvaluation[] = [];
    const interrupted = evaluate(await loadFake(), data, {
      ...options,
      signal: controller.signal,
      onPartial(state) {
        states.push(JSON.parse(JSON.stringify(state)));
        if (states.length === 3) controller.abort(new Error('enough'));
      },
    });
    expect((await errorOf(interrupted)).message).toBe('enough');
    expect(states.map(({ pieces }) => pieces.length)).toEqual([1, 2, 3]);
    calls.length = 0;
    const resumed = await evaluate(await loadFake(), data, { ...options, resume: states[2] as PartialEvaluation });
    expect(calls.map(({ method, epsilon }) => [method, epsilon])).toEqual([
      ['square', 0.2],
      ['deepfool', undefined],
    ]);
    expect(timeless(resumed)).toEqual(timeless(whole));
  });

  it('a state of anything else is refused', async () => {
    let state: PartialEvaluation | undefined;
    const onPartial = (given: PartialEvaluation) => {
      state = given;
    };
    await evaluate(await loadFake(), data, { ...options, onPartial });
    const resume = state as PartialEvaluation;
    const model = await loadFake();
    const moved = { ...data, inputs: { ...data.inputs, data: data.inputs.data.map((value) => value + 0.001) } };
    for (const [given, changed] of [
      [data, { epsilons: [0.1, 0.3] }],
      [data, { seed: 1 }],
      [data, { norm: 'l2' as const }],
      [data, { attacks: ['pgd' as const] }],
      [data, { labels: Array(rows).fill(0) }],
      [moved, {}],
    ] as const) {
      const error = await errorOf(evaluate(model, given, { ...options, ...changed, resume }));
      expect(error).toMatchObject({ code: 'shape-mismatch', field: 'resume' });
    }
    const [first] = resume.pieces;
    for (const damage of [
      { attack: 9 },
      { epsilon: 0.15 },
      { samples: [99] },
      { distances: ['x'] },
      { queries: null },
    ]) {
      const damaged = { ...resume, pieces: [{ ...first, ...damage }] };
      const error = await errorOf(evaluate(model, data, { ...options, resume: any(damaged) }));
      expect(error).toMatchObject({ code: 'malformed', field: 'resume' });
    }
  });
});

describe('it warns', () => {
  const codes = async (more: Partial<EvaluateOptions>, model?: Model) =>
    (await evaluate(model ?? (await loadFake()), data, { ...options, ...more })).warnings.map(({ code, attack }) => [
      code,
      attack,
    ]);

  it('of nothing where all is well', async () => {
    expect(await codes({})).toEqual([]);
  });

  it('of an attack that breaks fewer samples at a larger epsilon', async () => {
    const [before, pgd] = [reach.pgd, Array(rows).fill(0.1)];
    instead = ({ epsilon }) => {
      reach.pgd = epsilon === 0.2 ? Array(rows).fill(none) : pgd;
    };
    const found = await codes({ attacks: ['pgd'], independent: true });
    reach.pgd = before as number[];
    expect(found).toEqual([['rises-with-epsilon', 'pgd']]);
  });

  it('of an attack that finds at a larger epsilon what it missed at a smaller one', async () => {
    const before = reach.pgd as number[];
    instead = ({ epsilon }) => {
      reach.pgd = Array(rows).fill(epsilon === 0.2 ? 0.1 : none);
    };
    const found = await codes({ attacks: ['pgd'] });
    reach.pgd = before;
    expect(found).toEqual([['rises-with-epsilon', 'pgd']]);
  });

  it('of noise and of attacks without gradients that are stronger than those with them', async () => {
    const before = { ...reach };
    reach.pgd = Array(rows).fill(none);
    reach['additive-noise'] = [0.1, ...Array(rows - 1).fill(none)];
    reach.square = Array(rows).fill(0.1);
    const found = await codes({ attacks: ['pgd', 'square', 'additive-noise'] });
    Object.assign(reach, before);
    expect(found).toEqual([
      ['noise-beats-gradients', 'pgd'],
      ['black-box-stronger', 'square'],
    ]);
  });

  it('not of a difference within the interval', async () => {
    const before = reach.square as number[];
    reach.square = [0.1, 0.1, 0.1, ...Array(rows - 3).fill(none)];
    const found = await codes({ attacks: ['pgd', 'square'] });
    reach.square = before;
    expect(found).toEqual([]);
  });

  it('of samples that stay right where every input is allowed', async () => {
    expect(await codes({ attacks: ['pgd', 'square'], epsilons: [0.5, 1] })).toEqual([['unbounded-fails', 'pgd']]);
  });

  it('of a model that answers at random, and counts what it got wrong as broken', async () => {
    unstable = [8];
    const report = await evaluate(await loadFake(), data, { ...options, attacks: ['square'] });
    expect(report.warnings.map(({ code, attack }) => [code, attack])).toEqual([['randomised', 'square']]);
    expect(counts(report.attacks[0]?.robustAccuracy)).toEqual([8, 7, 7]);
  });

  it('of gradients that are zero', async () => {
    const flat = await load(new TextEncoder().encode('{"weights": [[0, 0], [0, -1]]}'), { name: 'fake' });
    expect(await codes({ attacks: ['deepfool'] }, flat)).toEqual([['zero-gradients', undefined]]);
  });
});

describe('outputs', () => {
  it('a table has a line for each attack and the worst case at each epsilon', async () => {
    const report = await evaluate(
      await load(new TextEncoder().encode('{"weights": [[1, 0], [0, 1]]}'), { name: 'a "b", c' }),
      data,
      options,
    );
    const lines = reportAsCsv(report).trimEnd().split('\r\n');
    expect(lines.length).toBe(1 + 3 * 4);
    const { lower, upper } = shareOf(7, 10);
    const { queries, gradients, seconds } = report.attacks[0] as never as Record<string, number>;
    expect(lines[2]).toBe(
      `"a ""b"", c",pgd,linf,0.1,10,0.7,${lower},${upper},${2 / 9},,,,${queries},${gradients},${seconds}`,
    );
    expect(lines.at(-1)).toContain('"a ""b"", c",worst case,linf,0.2,10,0.4,');
  });

  it('a page stands alone, has every figure, and text is text', async () => {
    const hostile = await load(new TextEncoder().encode('{"weights": [[1, 0], [0, 1]]}'), {
      name: '<script>alert(1)</script>&',
    });
    const report = await evaluate(hostile, data, { ...options, epsilons: [0.1, 1] });
    const page = reportAsHtml(report);
    expect(page).not.toContain('<script');
    expect(page).not.toMatch(/(src|href)=/);
    expect(page).toContain('&#60;script&#62;alert(1)&#60;/script&#62;&#38;');
    for (const { robustAccuracy, name } of report.attacks) {
      expect(page).toContain(`<title>${name}</title>`);
      for (const { value } of robustAccuracy) expect(page).toContain(`${(value * 100).toFixed(1)} %`);
    }
    expect(report.warnings.length).toBeGreaterThan(0);
    for (const { message } of report.warnings) expect(page).toContain(message.slice(0, 40));
  });

  it.each([[[0]], [[0.1]], [[0, 1e-6]], [[3, 70]]])('epsilons %j make a page without NaN', async (sizes) => {
    const report = await evaluate(await loadFake(), data, { attacks: ['pgd', 'deepfool'], epsilons: sizes });
    expect(reportAsHtml(report)).not.toMatch(/NaN|Infinity|undefined|null/);
  });
});

it('a transfer matrix has every model against what was found for each', async () => {
  const blind = await load(new TextEncoder().encode('{"weights": [[1, 0], [0.9, 0]]}'), { name: 'blind' });
  const matrix = await transferMatrix([await loadFake(), blind], data, { method: 'pgd', epsilon: 0.1 });
  expect(matrix.models).toEqual(['fake', 'blind']);
  expect(counts(matrix.cleanAccuracy)).toEqual([9, 9]);
  // What is found for the first is of class 1 for it, and nothing to the second.
  expect(matrix.accuracy.map(counts)).toEqual([
    [1, 9],
    [9, 9],
  ]);
  expect(matrix).toMatchObject({ method: 'pgd', options: { epsilon: 0.1 }, samples: 10, labelsFromModel: false });
  const narrow = await load(new TextEncoder().encode('{"weights": [[1], [0.9]]}'));
  const error = await errorOf(transferMatrix([blind, narrow], data, { method: 'pgd' }));
  expect(error).toMatchObject({ code: 'shape-mismatch', field: 'models[1]' });
});

describe('each mistake gives one clear error that names the field', () => {
  it.each<[string, Partial<Record<keyof EvaluateOptions | 'steps', unknown>>, string, string]>([
    ['no attacks', { attacks: [] }, 'wrong-type', 'attacks'],
    ['an attack that is none', { attacks: [7] }, 'wrong-type', 'attacks[0]'],
    ['an unknown attack', { attacks: ['pgd', 'pdg'] }, 'unknown-name', 'attacks[1]'],
    [
      'an attack with its own epsilon',
      { attacks: [{ method: 'pgd', epsilon: 1 }] },
      'unknown-option',
      'attacks[0].epsilon',
    ],
    ['an attack with targets', { attacks: [{ method: 'pgd', targets: [1] }] }, 'unknown-option', 'attacks[0].targets'],
    ['a budget in another norm', { attacks: [{ method: 'pgd', norm: 'l2' }] }, 'unsupported', 'attacks[0].norm'],
    ['a norm that the attack lacks', { norm: 'l1' }, 'unsupported', 'attacks[0]'],
    ['no epsilons', { epsilons: [] }, 'wrong-type', 'epsilons'],
    ['an epsilon below 0', { epsilons: [0.1, -1] }, 'out-of-range', 'epsilons[1]'],
    ['an infinite epsilon', { epsilons: [none] }, 'out-of-range', 'epsilons[0]'],
    ['an unknown norm', { norm: 'l3' }, 'unknown-name', 'norm'],
    ['half a seed', { seed: 0.5 }, 'out-of-range', 'seed'],
    ['an unknown option', { steps: 3 }, 'unknown-option', 'steps'],
    ['too few labels', { labels: [0] }, 'shape-mismatch', 'labels'],
    ['a label of no class', { labels: [...Array(9).fill(0), 2] }, 'out-of-range', 'labels[9]'],
    ['a state that is none', { resume: 'x' }, 'wrong-type', 'resume'],
    ['a listener that is none', { onPartial: 3 }, 'wrong-type', 'onPartial'],
  ])('%s', async (_, changed, code, field) => {
    const error = await errorOf(evaluate(await loadFake(), data, any({ ...options, ...changed })));
    expect(error).toMatchObject({ code, field });
    expect(error.message).toContain(field);
    expect(calls).toEqual([]);
  });

  it('in the options of a later attack, found before the first one runs', async () => {
    instead = ({ method }) => {
      if (method === 'square') throw new MlsecError('out-of-range', 'steps', 'steps must be at least 1.');
    };
    const attacks = any(['pgd', { method: 'square', steps: 0 }]);
    const error = await errorOf(evaluate(await loadFake(), data, { ...options, attacks }));
    expect(error).toMatchObject({ code: 'out-of-range', field: 'attacks[1].steps' });
    expect(error.message).toBe('attacks[1], square: steps must be at least 1.');
    expect(calls).toEqual([]);
  });

  it('no model', async () => {
    expect(await errorOf(evaluate(any({}), data, options))).toMatchObject({ code: 'wrong-type', field: 'model' });
  });
});
