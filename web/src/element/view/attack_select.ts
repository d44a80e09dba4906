import { live } from 'lit/directives/live.js';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { AttackDescription } from 'mlsec';
import { sights } from '../attacks.js';
import type { Texts } from '../texts.js';

/** A list of attacks, by what they see of a model, and what the chosen one does. */
export function attackSelect(
  attacks: readonly AttackDescription[],
  chosen: AttackDescription,
  choose: (id: string) => void,
  label: string,
  words: Texts['sights'],
): TemplateResult {
  const group = (needs: AttackDescription['traits']['needs']) => {
    const members = attacks.filter(({ traits }) => traits.needs === needs);
    if (members.length === 0) return nothing;
    return html`<optgroup label=${words[needs]}>
      ${members.map(({ id, name }) => html`<option value=${id} ?selected=${id === chosen.id}>${name}</option>`)}
    </optgroup>`;
  };
  return html`
    <div class="field wide">
      <label for="attack">${label}</label>
      <select
        id="attack"
        aria-describedby="attack-help"
        .value=${live(chosen.id)}
        @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}
      >
        ${sights.map(group)}
      </select>
      <p class="help" id="attack-help">${chosen.summary} ${words[chosen.traits.needs]}.</p>
    </div>`;
}
