/** Who finds the smaller perturbations, or more of them, and how sure that is. */
import { table } from '../comparing.mjs';

/** As much as we may be behind the best. */
const tolerance = 0.05;

/**
 * Ours beside the best of the others, sample by sample.
 * @param {import('./ours.mjs').Comparison} comparison
 * @param {{distances: (number | null)[], queries: number, gradients: number}} ours
 * @param {Record<string, {distances?: (number | null)[], success?: string, queries: number, gradients: number}>} others
 */
export function compare({ norm, model, samples, measure, epsilon, steps }, ours, others) {
  const byDistance = measure === 'distance';
  const scores = byDistance ? logDistances(ours, others) : successes(ours, others);
  for (const [name, { length }] of Object.entries(scores)) {
    if (length !== samples) throw new Error(`${name} has ${length} samples instead of ${samples}.`);
  }
  const { ours: own, ...rest } = scores;
  // Smaller distances and more successes are better.
  const sign = byDistance ? 1 : -1;
  const best = Object.keys(rest).reduce((a, b) => (sign * mean(rest[a]) <= sign * mean(rest[b]) ? a : b));
  const interval = confidence(own.map((score, index) => score - rest[best][index]));
  return {
    norm,
    model,
    samples,
    measure,
    budget: [epsilon !== undefined && `epsilon ${epsilon}`, steps !== undefined && `${steps} steps`]
      .filter(Boolean)
      .join(', '),
    ours: figures(ours, byDistance),
    others: Object.fromEntries(Object.entries(others).map(([name, run]) => [name, figures(run, byDistance)])),
    best,
    interval,
    verdict: verdictOf(byDistance ? interval.map(Math.exp).map((ratio) => 1 - ratio) : interval),
  };
}

/** Of how far we are ahead: an estimate and the two ends of its interval. */
function verdictOf([, ...ends]) {
  const [low, high] = ends.sort((a, b) => a - b);
  if (low > 0) return 'ahead';
  if (low >= -tolerance) return 'level';
  return high < -tolerance ? 'behind' : 'open';
}

/** A failure counts as twice the largest distance that anybody found. */
function logDistances(ours, others) {
  const all = {
    ours: ours.distances,
    ...Object.fromEntries(Object.entries(others).map(([name, run]) => [name, run.distances])),
  };
  const largest = Math.max(
    ...Object.values(all)
      .flat()
      .filter((distance) => distance !== null),
  );
  return Object.fromEntries(
    Object.entries(all).map(([name, each]) => [name, each.map((distance) => Math.log(distance ?? 2 * largest))]),
  );
}

function successes(ours, others) {
  const own = ours.distances.map((distance) => (distance === null ? 0 : 1));
  return {
    ours: own,
    ...Object.fromEntries(Object.entries(others).map(([name, run]) => [name, [...run.success].map(Number)])),
  };
}

function figures({ distances, success, queries, gradients }, byDistance) {
  const flags = success ? [...success].map(Number) : distances.map((distance) => (distance === null ? 0 : 1));
  const sorted = byDistance ? distances.map((distance) => distance ?? Infinity).sort((a, b) => a - b) : [];
  const median = (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
  return {
    success: mean(flags),
    ...(byDistance && { median: Number.isFinite(median) ? Number(median.toPrecision(4)) : null }),
    queries: Math.round(queries),
    gradients: Math.round(gradients),
  };
}

/** The mean and the ends of its 95 % interval. */
function confidence(values) {
  const middle = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
  const half = 1.96 * Math.sqrt(variance / values.length);
  return [middle, middle - half, middle + half].map((value) => Number(value.toFixed(4)));
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const percent = (share) => `${(100 * share).toFixed(1)} %`;
const cost = ({ queries, gradients }) => `${queries.toLocaleString('en')} / ${gradients.toLocaleString('en')}`;

/** The report in Markdown. */
export function report({ rows, autoattack, versions }) {
  const lines = Object.entries(rows).map(([id, row]) => {
    const { norm, model, samples, measure, budget, ours, others, best, interval, verdict } = row;
    const figure = (each) => (measure === 'success' ? percent(each.success) : (each.median ?? 'none'));
    const [middle, low, high] = interval.map((each) =>
      measure === 'success' ? (100 * each).toFixed(1) : Math.exp(each).toFixed(3),
    );
    return {
      comparison: id,
      norm,
      model,
      samples,
      budget,
      measure: measure === 'success' ? 'success' : 'median',
      ours: figure(ours),
      others: Object.entries(others)
        .map(([name, each]) => `${name} ${figure(each)}`)
        .join(', '),
      best,
      'ours to best': `${middle} (${low} … ${high})`,
      'queries / gradients': `${cost(ours)}; ${cost(others[best])}`,
      verdict,
    };
  });
  const count = (verdict) => lines.filter((line) => line.verdict === verdict).length;
  return `# Our attacks beside other libraries'

Written by \`npm run bench -- attacks\`: the same weights, samples (the first of the test set that the network gets right)
and budgets. "Ours to best" compares sample by sample with the best of the others: the geometric mean of the ratio of
distances, or the difference of success in points, with its 95 % interval. A failure counts as twice the largest distance
anybody found. **ahead**: the whole interval is on our side; **level**: no part of it puts us more than 5 % behind;
**open**: some of it does; **behind**: all of it does. Queries and gradients are those of a sample, ours first, then the best's.

${lines.length} comparisons: ${['ahead', 'level', 'open', 'behind'].map((each) => `${count(each)} ${each}`).join(', ')}.

${table(Object.keys(lines[0]), lines)}
${autoattack ? autoAttackReport(autoattack) : ''}
Versions: ${Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')}.
`;
}

function autoAttackReport({ runs, workers, by }) {
  const lines = runs.map(({ model, epsilon, samples, ours, theirs, differ, seconds, processorSeconds }) => ({
    model,
    epsilon,
    samples,
    'withstand ours': ours,
    "withstand the authors'": theirs,
    'verdicts that differ': differ,
    'seconds, ours': seconds,
    'of processors': processorSeconds,
  }));
  return `
## AutoAttack

Standard, linf, on all ${lines[0].samples} test samples that come with the package; ours with ${workers} workers, the authors' own program
(pyautoattack ${by.pyautoattack}) beside it.

${table(Object.keys(lines[0]), lines)}
`;
}
