import { html, type TemplateResult } from 'lit/html.js';
import { duration } from '../../../../web/src/element/format.js';
import { texts } from '../../texts/training.js';
import { lossWords, percentExactly } from '../sentences.js';
import type { Training } from '../training.js';

/** The latest figures. */
export function figures({ run }: Training): TemplateResult {
  const last = run?.history.at(-1);
  const figure = (name: string, value: string | undefined, unit = '') => html`
    <div>
      <dt>${name}</dt>
      <dd>${value ?? '–'}${value === undefined || !unit ? '' : html` <span class="unit">${unit}</span>`}</dd>
    </div>`;
  const share = (value: number | undefined) => (value === undefined ? undefined : percentExactly(value));
  return html`
    <dl class="figures" aria-label=${texts.figures}>
      ${figure(texts.epochFigure, run && String(last?.epoch ?? 0), run && texts.ofEpochs(run.epochs))}
      ${figure(texts.loss, last && lossWords(last.loss))}
      ${figure(texts.newLoss, last?.validationLoss === undefined ? undefined : lossWords(last.validationLoss))}
      ${figure(texts.newAccuracy, share(last?.validationAccuracy))}
      ${figure(texts.robustAccuracy, share(last?.robustAccuracy))}
      ${figure(texts.time, run && duration(run.history.reduce((sum, { seconds }) => sum + seconds, 0)))}
    </dl>`;
}
