import { html, nothing, type TemplateResult } from 'lit/html.js';
import { choice } from '../../../../web/src/element/view/choice.js';
import { texts } from '../../texts/landscape.js';
import { type Landscape, speeds } from '../landscape.js';

/** How far the networks are, and what sets them going. */
export function playback(landscape: Landscape): TemplateResult {
  const { learning, epoch, pace, speed } = landscape;
  return html`<div class="playback">
    <button type="button" class="main" @click=${() => (learning ? landscape.pause() : landscape.play())}>
      ${learning ? texts.pause : texts.play}
    </button>
    <button type="button" @click=${() => landscape.reset()}>${texts.reset}</button>
    <p class="epoch">
      <b>${texts.epoch(epoch)}</b>
      ${learning && pace !== undefined ? html`<span class="pace">${texts.pace(pace)}</span>` : nothing}
    </p>
    ${choice({
      id: 'speed',
      legend: texts.speed,
      alternatives: speeds.map((each) => ({
        value: String(each),
        label: Number.isFinite(each) ? String(each) : texts.unlimited,
      })),
      chosen: String(speed),
      choose: (value) => landscape.choosePace(Number(value)),
    })}
  </div>`;
}
