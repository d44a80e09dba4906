import { html, type TemplateResult } from 'lit/html.js';
import { duration, short } from '../format.js';
import type { Playground } from '../playground.js';

/** How far the adversarial image lies from the original, and what it cost to find. */
export function figures({ results: { finding } }: Playground): TemplateResult {
  const figure = (name: unknown, value: string | undefined, unit = '') => html`
    <div>
      <dt>${name}</dt>
      <dd>${value ?? '–'}${value === undefined || !unit ? '' : html` <span class="unit">${unit}</span>`}</dd>
    </div>`;
  const { distances } = finding ?? {};
  const pixels = finding ? `of ${finding.original.length}` : '';
  return html`
    <dl class="figures" aria-label="Distances and cost">
      ${figure(html`Pixels changed <span class="norm">L0</span>`, distances && short(distances.l0), pixels)}
      ${figure(html`Distance <span class="norm">L2</span>`, distances && short(distances.l2))}
      ${figure(html`Largest change <span class="norm">L∞</span>`, distances && short(distances.linf))}
      ${figure('Queries', finding && short(finding.queries))}
      ${figure('Gradients', finding && short(finding.gradients))}
      ${figure('Time', finding && duration(finding.seconds))}
    </dl>`;
}
