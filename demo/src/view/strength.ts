import { live } from 'lit/directives/live.js';
import { html, type TemplateResult } from 'lit/html.js';
import { short } from '../format.js';
import { normWords } from '../norms.js';
import { normOf, optionsOf, strengthOption } from '../options.js';
import type { Page } from '../page.js';
import { strengthOf, strengthScale } from '../state.js';
import { optionField } from './option_field.js';

/** A slider for the attack's limit; for an attack that looks for the smallest change, its own main options. */
export function strength(page: Page): TemplateResult {
  const option = strengthOption(page.attack);
  if (!option) {
    return html`<div class="strength searching">
      <p>This attack has no limit to slide: it looks for the smallest change that works.</p>
      <div class="fields">${optionsInstead(page).map((each) => optionField(page, each))}</div>
    </div>`;
  }
  const input = page.results.info?.input;
  const { maximum, step } = strengthScale(page.state, input);
  const value = strengthOf(page.state, input) ?? 0;
  const words = normWords(normOf(page.attack, page.state.options));
  const explanation = words.explain(value);
  return html`<div class="strength">
    <label for="strength">How strong <span class="symbol">ε</span></label>
    <input
      type="range"
      id="strength"
      min="0"
      max=${Math.max(maximum, value)}
      step=${step}
      aria-describedby="strength-help"
      aria-valuetext=${short(value)}
      .value=${live(String(value))}
      @input=${(event: Event) => page.setOption(option.name, (event.target as HTMLInputElement).valueAsNumber)}
    >
    <output for="strength" aria-live="off">${short(value)}</output>
    <p class="help" id="strength-help" title=${option.summary}>${explanation}</p>
  </div>`;
}

/** What stands where the slider would, of an attack that has none. */
export function optionsInstead(page: Page) {
  if (strengthOption(page.attack)) return [];
  const own = new Set(page.attack.options.map(({ name }) => name));
  return optionsOf(page.attack).filter(({ name, level }) => level === 'basic' && own.has(name));
}
