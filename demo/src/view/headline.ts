import { html, type TemplateResult } from 'lit/html.js';
import type { Playground } from '../playground.js';
import { pixelsOf } from '../state.js';
import type { Sentence } from '../verdict.js';

/** What happened, in a sentence. */
export function headline(playground: Playground): TemplateResult {
  return html`<div class="headline">
    <div role="alert">${playground.problem ? html`<p class="verdict problem">${playground.problem.words}</p>` : ''}</div>
    ${playground.problem ? '' : html`<p class="verdict ${playground.results.verdict?.fooled && !playground.overdue ? 'fooled' : ''}">${verdict(playground)}</p>`}
    <p class="unseen" role="status">${playground.announcement}</p>
  </div>`;
}

function verdict(playground: Playground): unknown {
  const { results, phase, state, overdue } = playground;
  if (phase === 'cancelled') return 'Cancelled. Run it again, or change something.';
  if (overdue) return 'The attack is at work …';
  if (results.info && !pixelsOf(state, results.samples)) return 'Draw a digit, and the network says what it sees.';
  return results.verdict ? emphasised(results.verdict.sentence) : 'Loading the network …';
}

function emphasised(sentence: Sentence): unknown[] {
  return sentence.map((part) => (typeof part === 'string' ? part : html`<strong>${part.strong}</strong>`));
}
