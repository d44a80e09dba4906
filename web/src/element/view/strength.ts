import { html, nothing, type TemplateResult } from 'lit/html.js';
import { limitWords } from '../norms.js';
import { normOf, optionsOf, strengthOption } from '../options.js';
import type { Playground } from '../playground.js';
import { shapeOf, strengthOf, strengthScale } from '../state.js';
import { limitSlider } from './limit_slider.js';
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
  const value = strengthOf(state, input) ?? 0;
  const limited = { lower: 0, upper: 1, ...input, coloured: shapeOf(state).channels > 1 };
  return limitSlider({
    id: 'strength',
    label: texts.howStrong,
    value,
    ...strengthScale(state, input),
    help: limitWords(normOf(attack, state.options), value, texts, limited),
    summary: option.summary,
    change: (changed) => playground.setOption(option.name, changed),
  });
}

/** What stands where the slider would, of an attack that has none. */
export function optionsInstead(playground: Playground) {
  if (strengthOption(playground.attack)) return [];
  const own = new Set(playground.attack.options.map(({ name }) => name));
  return optionsOf(playground.attack).filter(({ name, level }) => level === 'basic' && own.has(name));
}
