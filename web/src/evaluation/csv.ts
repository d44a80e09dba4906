import type { EvaluationReport } from './report.js';
import type { Share } from './statistics.js';

const columns = [
  'model',
  'attack',
  'norm',
  'epsilon',
  'samples',
  'robust_accuracy',
  'lower',
  'upper',
  'success_rate',
  'median_distance',
  'mean_distance',
  'empirical_robustness',
  'queries',
  'gradients',
  'seconds',
];

/** A line for each attack at each epsilon, and for the worst case over all attacks; RFC 4180, with a line of names. */
export function reportAsCsv(report: EvaluationReport): string {
  const { model, norm, epsilons, samples, attacks, worstCase } = report;
  const line = (name: string, place: number, { value, lower, upper }: Share, rest: unknown[]) =>
    [model, name, norm, epsilons[place], samples, value, lower, upper, ...rest].map(cell).join(',');
  const lines = attacks.flatMap(({ name, robustAccuracy, successRate, minimumDistance, ...attack }) =>
    robustAccuracy.map((share, place) =>
      line(name, place, share, [
        successRate[place],
        minimumDistance?.median,
        minimumDistance?.mean,
        attack.empiricalRobustness,
        attack.queries,
        attack.gradients,
        attack.seconds,
      ]),
    ),
  );
  const worst = worstCase.robustAccuracy.map((share, place) => {
    const { count } = report.cleanAccuracy;
    const rate = count > 0 ? (count - share.count) / count : null;
    return line('worst case', place, share, [rate, '', '', '', '', '', '']);
  });
  return `${[columns.join(','), ...lines, ...worst].join('\r\n')}\r\n`;
}

function cell(value: unknown): string {
  const text = value == null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
