import { live } from 'lit/directives/live.js';
import { html, type TemplateResult } from 'lit/html.js';
import { short } from '../../../../web/src/element/format.js';
import { strengthOption } from '../../../../web/src/element/options.js';
import { texts } from '../../texts/landscape.js';
import type { Landscape } from '../landscape.js';
import { attackOf, largestEpsilon, normInForce } from '../settings.js';

/** A slider for the size of the ball. */
export function room(landscape: Landscape): TemplateResult {
  const { epsilon } = landscape.state;
  const explained = texts.strengthHelp[normInForce(landscape.state)]?.(epsilon);
  const help = strengthOption(attackOf(landscape.state)) ? explained : texts.searching;
  return html`<div class="strength">
    <label for="room">${texts.strength} <span class="symbol">ε</span></label>
    <input
      type="range"
      id="room"
      min="0"
      max=${largestEpsilon}
      step="0.01"
      aria-describedby="room-help"
      aria-valuetext=${short(epsilon)}
      .value=${live(String(epsilon))}
      @input=${(event: Event) => landscape.change({ epsilon: (event.target as HTMLInputElement).valueAsNumber })}
    >
    <output for="room" aria-live="off">${short(epsilon)}</output>
    <p class="help" id="room-help">${help}</p>
  </div>`;
}
