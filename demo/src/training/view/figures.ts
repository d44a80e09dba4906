import { html, type TemplateResult } from 'lit/html.js';
import { duration } from '../../../../web/src/element/format.js';
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
    <dl class="figures" aria-label="Latest figures">
      ${figure('Epoch', run && String(last?.epoch ?? 0), run && `of ${run.epochs}`)}
      ${figure('Loss', last && lossWords(last.loss))}
      ${figure('Loss, new images', last?.validationLoss === undefined ? undefined : lossWords(last.validationLoss))}
      ${figure('Accuracy, new images', share(last?.validationAccuracy))}
      ${figure('Robust accuracy', share(last?.robustAccuracy))}
      ${figure('Time', run && duration(run.history.reduce((sum, { seconds }) => sum + seconds, 0)))}
    </dl>`;
}
