import { guard } from 'lit/directives/guard.js';
import { html, type TemplateResult } from 'lit/html.js';
import type { Texts } from '../texts.js';

/** What there is to aim at, and what is chosen. */
export interface TargetList {
  names: readonly string[];
  chosen: string;
  choose: (value: string) => void;
  able: boolean;
  help: string;
  texts: Texts;
}

/** Classes to aim at, where there are many: a list that opens. */
export function targetList({ names, chosen, choose, able, help, texts }: TargetList): TemplateResult {
  const option = (value: string, name: string) =>
    html`<option value=${value} ?selected=${value === chosen}>${name}</option>`;
  return html`<div class="field wide">
    <label for="target">${texts.makeItSee}</label>
    <select
      id="target"
      aria-describedby="target-help"
      ?disabled=${!able}
      @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}
    >
      ${guard([names, chosen], () => [option('any', texts.anyOther), names.map((name, index) => option(String(index), name))])}
    </select>
    <p class="help" id="target-help">${help}</p>
  </div>`;
}
