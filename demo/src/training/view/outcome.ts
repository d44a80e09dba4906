import { html, nothing, type TemplateResult } from 'lit/html.js';
import { texts } from '../../texts/training.js';
import type { Training } from '../training.js';

/** What can be done with what came of the training. */
export function outcome(training: Training): TemplateResult | typeof nothing {
  const { run, busy, furtherEpochs } = training;
  if (!run?.outcome || busy) return nothing;
  if (run.outcome === 'failed') {
    if (run.history.length === 0) return nothing;
    return html`<p class="actions" data-heir=".training .headline">
      <button type="button" class="main" @click=${() => training.keepLastEpoch()}>
        ${texts.keepLast}
      </button>
    </p>`;
  }
  return html`<p class="actions" data-heir=".training .headline">
    <button type="button" class="main" @click=${() => training.attack()}>${texts.attack}</button>
    <button type="button" @click=${() => training.save()}>${texts.save}</button>
    <button type="button" ?disabled=${!run.checkpoint} @click=${() => training.goOn()}>
      ${texts.goOn(furtherEpochs)}
    </button>
  </p>`;
}
