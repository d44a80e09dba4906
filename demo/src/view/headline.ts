import { html, type TemplateResult } from 'lit/html.js';
import type { Page } from '../page.js';
import { pixelsOf } from '../state.js';
import type { Sentence } from '../verdict.js';

/** What happened, in a sentence. */
export function headline(page: Page): TemplateResult {
  return html`<div class="headline">
    <div role="alert">${page.problem ? html`<p class="verdict problem">${page.problem.words}</p>` : ''}</div>
    ${page.problem ? '' : html`<p class="verdict ${page.results.verdict?.fooled && !page.overdue ? 'fooled' : ''}">${verdict(page)}</p>`}
    <p class="unseen" role="status">${page.announcement}</p>
  </div>`;
}

function verdict(page: Page): unknown {
  const { results, phase, state, overdue } = page;
  if (phase === 'cancelled') return 'Cancelled. Run it again, or change something.';
  if (overdue) return 'The attack is at work …';
  if (results.info && !pixelsOf(state, results.digits)) return 'Draw a digit, and the network says what it sees.';
  return results.verdict ? emphasised(results.verdict.sentence) : 'Loading the network …';
}

function emphasised(sentence: Sentence): unknown[] {
  return sentence.map((part) => (typeof part === 'string' ? part : html`<strong>${part.strong}</strong>`));
}
