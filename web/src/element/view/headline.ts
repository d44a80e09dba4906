import { html, type TemplateResult } from 'lit/html.js';
import type { Playground } from '../playground.js';
import { pixelsOf } from '../state.js';
import type { Sentence } from '../texts.js';

/** What happened, in a sentence. */
export function headline(playground: Playground): TemplateResult {
  return html`<div class="headline" part="headline">
    <div role="alert">${playground.problem ? html`<p class="verdict problem">${playground.problem.words}</p>` : ''}</div>
    ${playground.problem ? '' : html`<p class="verdict ${playground.results.verdict?.fooled && !playground.overdue ? 'fooled' : ''}">${verdict(playground)}</p>`}
    <p class="unseen" role="status">${playground.announcement}</p>
  </div>`;
}

function verdict(playground: Playground): unknown {
  const { results, phase, state, overdue, texts } = playground;
  if (phase === 'cancelled') return texts.cancelled;
  if (overdue) return texts.atWork;
  if (results.info && !pixelsOf(state, results.samples)) {
    return state.source === 'picture' ? texts.pictureFirst : texts.drawFirst;
  }
  return results.verdict ? emphasised(results.verdict.sentence) : texts.loading;
}

/** A sentence with its emphasis. */
export function emphasised(sentence: Sentence): unknown[] {
  return sentence.map((part) => (typeof part === 'string' ? part : html`<strong>${part.strong}</strong>`));
}
