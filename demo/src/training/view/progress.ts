import { html, nothing, type TemplateResult } from 'lit/html.js';
import { texts } from '../../texts/training.js';
import { timeLeft } from '../sentences.js';
import type { Training } from '../training.js';

/** How far the training has come, and the two ways to end it. */
export function progress(training: Training): TemplateResult | typeof nothing {
  const { run, busy, phase } = training;
  if (!run || !busy) return nothing;
  const { fraction = 0, secondsLeft = null } = run.progress ?? {};
  return html`<div class="going" data-heir=".training .headline">
    <progress max="1" .value=${fraction} aria-label=${texts.progress}></progress>
    <p class="left">${timeLeft(secondsLeft)}</p>
    <p class="actions">
      <button type="button" aria-disabled=${phase === 'stopping'} @click=${() => training.stop()}>${texts.stop}</button>
      <button type="button" @click=${() => training.cancel()}>${texts.cancel}</button>
    </p>
  </div>`;
}
