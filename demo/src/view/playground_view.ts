import { html, type TemplateResult } from 'lit/html.js';
import type { Playground } from '../playground.js';
import { namesOf } from '../state.js';
import { attackChoice } from './attack_choice.js';
import { bars } from './bars.js';
import { explanation } from './explanation.js';
import { figures } from './figures.js';
import { headline } from './headline.js';
import { images } from './images.js';
import { strength } from './strength.js';
import { imageChoice, modelChoice } from './subject.js';

/** A network, an image, an attack, and what comes of them. */
export function playgroundView(playground: Playground): TemplateResult {
  const named = namesOf(playground.state, playground.results.info).some((name) => name.length > 2);
  return html`
    <div class="bench ${named ? 'named' : ''}">
        <section class="stage ${playground.overdue ? 'stale' : ''}" aria-labelledby="stage" aria-busy=${playground.busy}>
          <h2 id="stage" class="unseen">Result</h2>
          ${headline(playground)} ${images(playground)} ${strength(playground)} ${bars(playground)} ${figures(playground)}
        </section>
        <form class="controls" aria-labelledby="controls" @submit=${(event: Event) => event.preventDefault()}>
          <h2 id="controls" class="unseen">Experiment</h2>
          ${modelChoice(playground)} ${imageChoice(playground)} ${attackChoice(playground)}
        </form>
        ${explanation(playground)}
      </div>`;
}
