import { live } from 'lit/directives/live.js';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import { short } from '../format.js';
import { limitWords } from '../norms.js';
import { normOf, optionsOf, strengthOption } from '../options.js';
import type { Playground } from '../playground.js';
import { strengthOf, strengthScale } from '../state.js';
import { optionField } from './option_field.js';

/** A slider for the attack's limit; for an attack that looks for the smallest change, its own main options. */
export function strength(playground: Playground): TemplateResult | typeof nothing {
  if (!playground.offers('epsilon')) return nothing;
  const { attack, state, texts } = playground;
  const option = strengthOption(attack);
  if (!option) {
    const fields = playground.offers('options') ? optionsInstead(playground) : [];
    return html`<div class="strength searching" part="strength">
      <p>${texts.searching}</p>
      <div class="fields">${fields.map((each) => optionField(playground, each))}</div>
    </div>`;
  }
  const input = playground.results.info?.input;
  const { maximum, step } = strengthScale(state, input);
  const value = strengthOf(state, input) ?? 0;
  return html`<div class="strength" part="strength">
    <label for="strength">${texts.howStrong} <span class="symbol">ε</span></label>
    <input
      type="range"
      id="strength"
      min="0"
      max=${Math.max(maximum, value)}
      step=${step}
      aria-describedby="strength-help"
      aria-valuetext=${short(value)}
      .value=${live(String(value))}
      @input=${(event: Event) => playground.setOption(option.name, (event.target as HTMLInputElement).valueAsNumber)}
    >
    <output for="strength" aria-live="off">${short(value)}</output>
    <p class="help" id="strength-help" title=${option.summary}>${limitWords(normOf(attack, state.options), value, texts)}</p>
  </div>`;
}

/** What stands where the slider would, of an attack that has none. */
export function optionsInstead(playground: Playground) {
  if (strengthOption(playground.attack)) return [];
  const own = new Set(playground.attack.options.map(({ name }) => name));
  return optionsOf(playground.attack).filter(({ name, level }) => level === 'basic' && own.has(name));
}
