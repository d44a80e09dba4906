import '../../style/landscape.css';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import { texts } from '../../texts/landscape.js';
import { kinds, type Landscape } from '../landscape.js';
import { verdictOn } from '../sentences.js';
import { attackForm } from './attack_form.js';
import { dataForm } from './data_form.js';
import { networkForm } from './network_form.js';
import { plane } from './plane.js';
import { playback } from './playback.js';
import { room } from './room.js';

/** Two planes side by side, and what can be changed about them. */
export function landscapeView(landscape: Landscape): TemplateResult {
  const { problem, announcement, tool, busy } = landscape;
  return html`
    <div class="bench landscape ${tool === 'attack' ? '' : 'drawing'}">
      <section class="stage" aria-labelledby="stage" aria-busy=${busy}>
        <h2 id="stage" class="unseen">${texts.stage}</h2>
        <div class="headline">
          <div role="alert">${problem ? html`<p class="verdict problem">${problem.words}</p>` : nothing}</div>
          ${problem ? nothing : html`<p class="verdict">${verdictOn(landscape)}</p>`}
          <p class="unseen" role="status">${announcement}</p>
        </div>
        ${playback(landscape)}
        <div class="planes">${kinds.map((kind, index) => plane(landscape, kind, index))}</div>
        ${room(landscape)}
      </section>
      <form class="controls" aria-labelledby="controls" @submit=${(event: Event) => event.preventDefault()}>
        <h2 id="controls" class="unseen">${texts.controls}</h2>
        ${dataForm(landscape)} ${attackForm(landscape)} ${networkForm(landscape)}
      </form>
      <section class="explanation" aria-labelledby="explanation">
        <h2 id="explanation">${texts.explanationTitle}</h2>
        ${texts.explanation.map((words) => html`<p>${words}</p>`)}
      </section>
    </div>`;
}
