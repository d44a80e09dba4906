import '../../style/patch.css';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import { emphasised } from '../../../../web/src/element/view/headline.js';
import { texts } from '../../texts/patch.js';
import { ratesOf, verdictOn } from '../sentences.js';
import { namesOf } from '../settings.js';
import type { Workshop } from '../workshop.js';
import { board } from './board.js';
import { form } from './form.js';
import { gallery } from './gallery.js';
import { keep } from './keep.js';
import { scores } from './scores.js';
import { sheet } from './sheet.js';

/** An image under the patch, others under it, and what can be changed. */
export function patchView(workshop: Workshop): TemplateResult {
  const { problem, announcement, busy, state } = workshop;
  const named = namesOf(state).some((name) => name.length > 2);
  return html`
    <div class="bench patching ${named ? 'named' : ''}">
      <section class="stage" aria-labelledby="stage" aria-busy=${busy}>
        <h2 id="stage" class="unseen">${texts.stage}</h2>
        <div class="headline">
          <div role="alert">${problem ? html`<p class="verdict problem">${problem.words}</p>` : nothing}</div>
          ${problem ? nothing : headline(workshop)}
          <p class="unseen" role="status">${announcement}</p>
        </div>
        ${board(workshop)}
      </section>
      ${form(workshop)}
      <div class="more">${gallery(workshop)} ${scores(workshop)} ${keep(workshop)}</div>
      <section class="explanation" aria-labelledby="explanation">
        <h2 id="explanation">${texts.explanationTitle}</h2>
        ${texts.explanation.map((words) => html`<p>${words}</p>`)}
      </section>
    </div>
    ${sheet(workshop)}`;
}

/** What the patch does to the image shown, and to others. */
function headline(workshop: Workshop): TemplateResult {
  const verdict = verdictOn(workshop);
  return html`
    <p class="verdict ${verdict?.fooled ? 'fooled' : ''}">${verdict ? emphasised(verdict.sentence) : waiting(workshop)}</p>
    <div class="rates">${workshop.fraction === undefined ? html`<p>${ratesOf(workshop)}</p>` : learning(workshop)}</div>`;
}

function learning(workshop: Workshop): TemplateResult {
  const { fraction, seenRate, patch } = workshop;
  return html`
    <progress max="1" .value=${fraction ?? 0} aria-label=${texts.learningProgress}></progress>
    <button type="button" @click=${() => workshop.stop()}>${texts.stop}</button>
    <p>${patch ? texts.soFar(seenRate) : nothing}</p>`;
}

function waiting({ fraction, samples, busy }: Workshop): string {
  if (fraction !== undefined) return texts.learning;
  return samples && !busy ? texts.nothingYet : texts.loading;
}
