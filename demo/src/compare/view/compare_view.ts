import '../../style/compare.css';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import { classNamesOf } from '../../../../web/src/element/data_sets.js';
import { texts } from '../../texts/compare.js';
import { type Compare, scoresOf } from '../compare.js';
import { curves } from './curves.js';
import { form } from './form.js';
import { matrix } from './matrix.js';
import { room } from './room.js';
import { transfer } from './transfer.js';

/** A table of attacks and networks, one of its images shown to all, and curves over many images. */
export function compareView(compare: Compare): TemplateResult {
  const { problem, announcement, busy, state } = compare;
  const named = classNamesOf(state.data).some((name) => name.length > 2);
  return html`
    <div class="bench compare ${named ? 'named' : ''}">
      <section class="stage" aria-labelledby="stage" aria-busy=${busy}>
        <h2 id="stage" class="unseen">${texts.stage}</h2>
        <div class="headline">
          <div role="alert">${problem ? html`<p class="verdict problem">${problem.words}</p>` : nothing}</div>
          ${problem ? nothing : html`<p class="verdict">${sentence(compare)}</p>`}
          <p class="unseen" role="status">${announcement}</p>
        </div>
        ${room(compare)} ${matrix(compare)}
      </section>
      ${form(compare)}
      <div class="more">${transfer(compare)} ${curves(compare)}</div>
      <section class="explanation" aria-labelledby="explanation">
        <h2 id="explanation">${texts.explanationTitle}</h2>
        ${texts.explanation.map((words) => html`<p>${words}</p>`)}
      </section>
    </div>`;
}

function sentence(compare: Compare): string {
  if (compare.state.attacks.length === 0) return texts.noAttacks;
  if (compare.busy && compare.cells.size === 0) return compare.samples ? texts.working : texts.loading;
  return texts.verdict(scoresOf(compare)) || texts.working;
}
