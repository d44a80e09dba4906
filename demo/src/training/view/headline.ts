import { html, nothing, type TemplateResult } from 'lit/html.js';
import { inWords, type Sentence } from '../../../../web/src/element/verdict.js';
import { texts } from '../../texts/training.js';
import { epochWords, resultSentence } from '../sentences.js';
import type { Training } from '../training.js';
import { outcome } from './outcome.js';
import { progress } from './progress.js';

/** How the training stands, in a sentence, and what can be done about it. */
export function headline(training: Training): TemplateResult {
  const { problem, announcement } = training;
  return html`<div class="headline" tabindex="-1">
    <div role="alert">${problem ? html`<p class="verdict problem">${problem.words}</p>` : nothing}</div>
    ${problem ? nothing : html`<p class="verdict">${emphasised(sentence(training))}</p>`}
    <p class="unseen" role="status">${announcement}</p>
    ${progress(training)} ${outcome(training)}
  </div>`;
}

function sentence({ run, phase }: Training): Sentence {
  if (!run) return [texts.first];
  if (phase === 'idle') return resultSentence(run);
  if (phase === 'stopping') return [texts.stopping];
  return [run.history.length > 0 ? epochWords(run) : texts.firstEpoch];
}

function emphasised(sentence: Sentence): unknown {
  return sentence.some((part) => typeof part !== 'string')
    ? sentence.map((part) => (typeof part === 'string' ? part : html`<strong>${part.strong}</strong>`))
    : inWords(sentence);
}
