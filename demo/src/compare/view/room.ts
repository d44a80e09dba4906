import { live } from 'lit/directives/live.js';
import { html, type TemplateResult } from 'lit/html.js';
import { short } from '../../../../web/src/element/format.js';
import { limitWords } from '../../../../web/src/element/norms.js';
import { texts } from '../../texts/compare.js';
import type { Compare } from '../compare.js';
import { epsilonIn, scaleIn } from '../settings.js';

/** A slider for the limit that all attacks have in common. */
export function room(compare: Compare): TemplateResult {
  const { state, info } = compare;
  const { maximum, step } = scaleIn(state, info?.input);
  const epsilon = epsilonIn(state);
  return html`<div class="strength">
    <label for="room">${texts.strength} <span class="symbol">ε</span></label>
    <input
      type="range"
      id="room"
      min="0"
      max=${Math.max(maximum, epsilon)}
      step=${step}
      aria-describedby="room-help"
      aria-valuetext=${short(epsilon)}
      .value=${live(String(epsilon))}
      @input=${(event: Event) => compare.change({ epsilon: (event.target as HTMLInputElement).valueAsNumber })}
    >
    <output for="room" aria-live="off">${short(epsilon)}</output>
    <p class="help" id="room-help">${limitWords(state.norm, epsilon)}</p>
  </div>`;
}
