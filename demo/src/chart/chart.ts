import '../style/chart.css';
import { html, nothing, svg, type TemplateResult } from 'lit/html.js';

/** A figure over something that grows from 0. Lines differ in dashes and marks, not in colour alone. */
export interface Line {
  name: string;
  look: 'learning' | 'new' | 'attacked' | 'third';
  points: readonly (readonly [across: number, value: number])[];
}

interface Chart {
  title: string;
  lines: readonly Line[];
  /** The right end of the axis, and what is written below it, from left to right. */
  right: number;
  scale: readonly string[];
  /** The upper end; the lower one is 0. */
  top: number;
  write(value: number): string;
  /** Whether the legend says where each line ends: default true. */
  latest?: boolean;
}

/** With more points than this, marks would hide the line. */
const mostMarks = 40;

const quarters = [1, 0.75, 0.5, 0.25, 0];

export function chart(given: Chart): TemplateResult {
  const { title, lines, scale, top, write } = given;
  return html`<figure class="chart">
    <figcaption>${title}</figcaption>
    <ul class="legend">${lines.map((line) => entry(line, given))}</ul>
    <div class="values" aria-hidden="true">${quarters.map((share) => html`<span>${write(share * top)}</span>`)}</div>
    <svg class="plot" role="img" aria-label=${inWords(given)}>
      ${quarters.map((share) => svg`<line class="grid" x1="0" x2="100%" y1="${100 * (1 - share)}%" y2="${100 * (1 - share)}%"></line>`)}
      <svg aria-hidden="true" viewBox="0 0 1000 1000" preserveAspectRatio="none" width="100%" height="100%">
        ${lines.map(({ look, points }) => svg`<path class=${look} d=${path(points, given)}></path>`)}
      </svg>
      ${lines.map((line) => marks(line, given))}
    </svg>
    <div class="scale" aria-hidden="true">${scale.map((words) => html`<span>${words}</span>`)}</div>
  </figure>`;
}

function entry({ name, look, points }: Line, { write, latest = true }: Chart): TemplateResult {
  const last = latest ? points.at(-1)?.[1] : undefined;
  return html`<li class=${look}>
    <svg width="28" height="10" aria-hidden="true">
      <path class=${look} d="M0 5H28"></path>
      ${mark(look, '14', '5')}
    </svg>
    ${name}${last === undefined ? nothing : html` <b>${write(last)}</b>`}
  </li>`;
}

function path(points: Line['points'], { right, top }: Chart): string {
  return points
    .map(([across, value], index) => {
      const [x, y] = [(1000 * across) / right, 1000 * (1 - value / top)];
      return `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');
}

function marks({ look, points }: Line, { right, top }: Chart): unknown {
  if (points.length > mostMarks) return nothing;
  return points.map(([across, value]) => mark(look, `${(100 * across) / right}%`, `${100 * (1 - value / top)}%`));
}

/** A disc, a diamond or a square; smoothed lines have none. */
function mark(look: Line['look'], x: string, y: string): unknown {
  if (look === 'new') return svg`<circle class=${look} cx=${x} cy=${y} r="3"></circle>`;
  if (look === 'learning') return nothing;
  const shape = look === 'attacked' ? 'M0-4.5 4.5 0 0 4.5-4.5 0Z' : 'M-3.2-3.2H3.2V3.2H-3.2Z';
  return svg`<svg class="at" aria-hidden="true" x=${x} y=${y}><path class="mark ${look}" d=${shape}></path></svg>`;
}

/** Where each line begins and where it is now. */
function inWords({ title, lines, write }: Chart): string {
  const parts = lines
    .filter(({ points }) => points.length > 0)
    .map(({ name, points }) => `${name}, from ${write(points[0]?.[1] ?? 0)} to ${write(points.at(-1)?.[1] ?? 0)}`);
  return parts.length > 0 ? `${title}. ${parts.join('; ')}.` : `${title}: nothing to show yet`;
}
