import type { EvaluationReport } from './report.js';
import type { Share } from './statistics.js';
import { escapeHtml, number } from './text.js';

interface Curve {
  name: string;
  /** How it is told from the others: a place in the list of colours, or the worst case. */
  look: string;
  shares: Share[];
}

const width = 640;
const height = 360;
/** Room for the labels, also where they are large. */
const margin = { left: 84, right: 20, top: 18, bottom: 62 };

/** How many colours the style sheet of the report has; after these, lines are dashed. */
export const colours = 7;

/** The curves of robust accuracy with their intervals, as one SVG element and its legend. */
export function chartOf(report: EvaluationReport): string {
  const { epsilons, attacks, worstCase, cleanAccuracy, norm } = report;
  const curves: Curve[] = attacks.map(({ name, robustAccuracy }, index) => ({
    name,
    look: `c${index % colours}${index < colours ? '' : ' dashed'}`,
    shares: robustAccuracy,
  }));
  if (attacks.length > 1) curves.push({ name: 'worst case', look: 'worst', shares: worstCase.robustAccuracy });
  const largest = epsilons.at(-1) || 1;
  const x = (epsilon: number) => margin.left + (epsilon / largest) * (width - margin.left - margin.right);
  const y = (share: number) => height - margin.bottom - share * (height - margin.top - margin.bottom);
  const lines = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      `<line class="grid" x1="${margin.left}" x2="${width - margin.right}" y1="${y(share)}" y2="${y(share)}"/>` +
      `<text class="tick" x="${margin.left - 8}" y="${y(share)}" dy="0.35em" text-anchor="end">${share * 100} %</text>`,
  );
  const step = roundStep(largest);
  for (let index = 0; index * step <= largest * 1.0001; index++) {
    const place = Number((index * step).toPrecision(6));
    lines.push(
      `<text class="tick" x="${x(place).toFixed(1)}" y="${height - margin.bottom + 8}" dy="0.9em" text-anchor="middle">${number(place)}</text>`,
    );
  }
  // Whatever is attacked: without room to move, clean accuracy is all there is.
  const start = epsilons[0] === 0 ? [] : [{ epsilon: 0, share: cleanAccuracy }];
  const drawn = curves.map(({ name, look, shares }) => {
    const points = [
      ...start,
      ...epsilons.map((epsilon, place) => ({
        epsilon,
        share: place in shares ? (shares[place] as Share) : cleanAccuracy,
      })),
    ];
    const path = (value: (share: Share) => number) =>
      points.map(({ epsilon, share }) => `${x(epsilon).toFixed(1)},${y(value(share)).toFixed(1)}`);
    const band = [...path(({ upper }) => upper), ...path(({ lower }) => lower).reverse()].join(' ');
    const dots = path(({ value }) => value).map((at) => {
      const [left, top] = at.split(',');
      return `<circle cx="${left}" cy="${top}" r="4"/>`;
    });
    return {
      band: `<polygon class="band ${look}" points="${band}"/>`,
      line:
        `<g class="${look}"><title>${escapeHtml(name)}</title>` +
        `<polyline points="${path(({ value }) => value).join(' ')}"/>${dots.join('')}</g>`,
    };
  });
  const legend = curves.map(
    ({ name, look }) =>
      `<li><svg viewBox="0 0 28 12" width="28" height="12" aria-hidden="true"><g class="${look}">` +
      `<polyline points="1,6 27,6"/><circle cx="14" cy="6" r="4"/></g></svg>${escapeHtml(name)}</li>`,
  );
  return `<figure>
<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="Robust accuracy by epsilon; the table below has the same figures.">
${lines.join('\n')}
<text class="axis" x="${(margin.left + width - margin.right) / 2}" y="${height - 8}" text-anchor="middle">epsilon (${norm})</text>
<g class="bands${curves.length > 5 ? ' many' : ''}">${drawn.map(({ band }) => band).join('')}</g>
${drawn.map(({ line }) => line).join('\n')}
</svg>
<ul class="legend">${legend.join('')}</ul>
<figcaption>Robust accuracy: the share of samples that are right and stay right. Shaded: 95 % intervals.</figcaption>
</figure>`;
}

/** A step of 1, 2 or 5 times a power of ten that gives four to eight labels. */
function roundStep(largest: number): number {
  const power = 10 ** Math.floor(Math.log10(largest));
  return [0.1, 0.2, 0.5, 1].map((factor) => factor * power).find((step) => largest / step <= 6) ?? power;
}
