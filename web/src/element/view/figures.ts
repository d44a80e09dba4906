import { html, type TemplateResult } from 'lit/html.js';
import { duration, short } from '../format.js';
import type { Playground } from '../playground.js';
import { shapeOf } from '../state.js';

/** How far the adversarial image lies from the original, and what it cost to find. */
export function figures({ state, results: { finding }, texts }: Playground): TemplateResult {
  const figure = (name: unknown, value: string | undefined, unit = '') => html`
    <div>
      <dt>${name}</dt>
      <dd>${value ?? '–'}${value === undefined || !unit ? '' : html` <span class="unit">${unit}</span>`}</dd>
    </div>`;
  const { distances } = finding ?? {};
  const pixels = finding ? texts.ofPixels(finding.original.length) : '';
  const changed = shapeOf(state).channels === 1 ? texts.pixelsChanged : texts.valuesChanged;
  return html`
    <dl class="figures" part="figures" aria-label=${texts.figures}>
      ${figure(html`${changed} <span class="norm">L0</span>`, distances && short(distances.l0), pixels)}
      ${figure(html`${texts.sum} <span class="norm">L1</span>`, distances && short(distances.l1))}
      ${figure(html`${texts.distance} <span class="norm">L2</span>`, distances && short(distances.l2))}
      ${figure(html`${texts.largest} <span class="norm">L∞</span>`, distances && short(distances.linf))}
      ${figure(texts.queries, finding && short(finding.queries))}
      ${figure(texts.gradients, finding && short(finding.gradients))}
      ${figure(texts.time, finding && duration(finding.seconds))}
    </dl>`;
}
