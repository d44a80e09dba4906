import { html, nothing, type TemplateResult } from 'lit/html.js';
import { percent } from '../../../../web/src/element/format.js';
import { sampleCount } from '../../../../web/src/element/laboratory.js';
import { texts } from '../../texts/patch.js';
import { goalOf } from '../sentences.js';
import { learnedFrom } from '../settings.js';
import type { Workshop } from '../workshop.js';

/** What the patch does to images it has not learned from, for each network. */
export function scores({ scores: all, made, state }: Workshop): TemplateResult {
  return html`<section class="scores" aria-labelledby="scores">
    <h2 id="scores">${texts.scores}</h2>
    <p class="help">${texts.scoresHelp(sampleCount - learnedFrom, goalOf(state))}</p>
    ${all.length > 0 ? table(all, made?.model) : html`<p class="help">${texts.measuring}</p>`}
  </section>`;
}

function table(all: Workshop['scores'], own: string | undefined): TemplateResult {
  return html`<table class="readings">
    <caption class="unseen">${texts.scoresTable}</caption>
    <thead>
      <tr>
        <th scope="col">${texts.network}</th>
        <th scope="col">${texts.patchColumn}</th>
        <th scope="col">${texts.noiseColumn}</th>
      </tr>
    </thead>
    <tbody>
      ${all.map(
        ({ model, patch, noise }) => html`<tr>
          <th scope="row">${model} ${model === own ? html`<span>${texts.madeFor}</span>` : nothing}</th>
          <td class="is fooled">${bar(patch)}</td>
          <td>${bar(noise)}</td>
        </tr>`,
      )}
    </tbody>
  </table>`;
}

function bar(share: number): TemplateResult {
  return html`<span class="bar"
    ><svg aria-hidden="true"><rect width="${100 * share}%" height="100%"></rect></svg><span class="percent">${percent(share)}</span></span
  >`;
}
