import { html, nothing, type TemplateResult } from 'lit/html.js';
import { type Control, controls, type Playground } from '../playground.js';
import { namesOf } from '../state.js';
import { attackChoice } from './attack_choice.js';
import { bars } from './bars.js';
import { figures } from './figures.js';
import { headline } from './headline.js';
import { images } from './images.js';
import { keep } from './keep.js';
import { strength } from './strength.js';
import { imageChoice, modelChoice } from './subject.js';
import { wayBar } from './way_bar.js';

/** What a visitor can do beside the result, not below it. */
const beside: readonly Control[] = ['model', 'image', 'attack', 'norm', 'target', 'options'];

/** A network, an image, an attack, and what comes of them; `below` is what stands under the result. */
export function playgroundView(playground: Playground, below?: TemplateResult, notice = ''): TemplateResult {
  const { texts, results, state, overdue, busy } = playground;
  const named = namesOf(state, results.info).some((name) => name.length > 2);
  const alone = !controls.some((control) => beside.includes(control) && playground.offers(control));
  return html`
    ${notice ? html`<p class="notice">${notice}</p>` : nothing}
    <div class="bench ${named ? 'named' : ''} ${alone ? 'alone' : ''}">
      <div role="group" class="stage ${overdue ? 'stale' : ''} ${results.evolving ? 'live' : ''}" aria-labelledby="stage" aria-busy=${busy}>
        <h2 id="stage" class="unseen">${texts.result}</h2>
        ${headline(playground)} ${images(playground)} ${wayBar(playground)} ${strength(playground)} ${bars(playground)}
        ${figures(playground)} ${keep(playground)}
      </div>
      ${alone ? nothing : form(playground)} ${below}
    </div>`;
}

function form(playground: Playground): TemplateResult {
  return html`<div role="group" class="controls" part="controls" aria-labelledby="controls">
    <h2 id="controls" class="unseen">${playground.texts.experiment}</h2>
    ${playground.offers('model') ? modelChoice(playground) : nothing}
    ${playground.offers('image') ? imageChoice(playground) : nothing} ${attackChoice(playground)}
  </div>`;
}
