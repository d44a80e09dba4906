import { live } from 'lit/directives/live.js';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import { mostClasses } from '../classes.js';
import type { Playground } from '../playground.js';
import { namesOf } from '../state.js';

/** What the image really is: of those that do not ship, only the visitor knows. */
export function truth(playground: Playground): TemplateResult | typeof nothing {
  const { state, results, texts } = playground;
  const names = namesOf(state, results.info);
  if (names.length > mostClasses) return nothing;
  const choose = (event: Event) => {
    const { value } = event.target as HTMLSelectElement;
    playground.change({ label: value === '' ? undefined : Number(value) });
  };
  const option = (value: string, name: string) =>
    html`<option value=${value} ?selected=${value === String(state.label ?? '')}>${name}</option>`;
  return html`<div class="field wide">
    <label for="truth">${texts.truth}</label>
    <select id="truth" aria-describedby="truth-help" .value=${live(String(state.label ?? ''))} @change=${choose}>
      ${option('', texts.truthUnsaid)} ${names.map((name, index) => option(String(index), name))}
    </select>
    <p class="help" id="truth-help">${texts.truthHelp}</p>
  </div>`;
}
