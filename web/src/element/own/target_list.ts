import { guard } from 'lit/directives/guard.js';
import { live } from 'lit/directives/live.js';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { Texts } from '../texts.js';

/** What there is to aim at, and what is chosen. */
export interface TargetList {
  names: readonly string[];
  chosen: string;
  choose: (value: string) => void;
  able: boolean;
  help: string;
  texts: Texts;
  draw: () => void;
}

/** Lists that are there in full: a thousand names are much for the frame in which their network comes. */
const filled = new WeakSet<readonly string[]>();

/** Classes to aim at, where there are many: a list that opens. */
export function targetList({ names, chosen, choose, able, help, texts, draw }: TargetList): TemplateResult {
  const option = (value: string, name: string) =>
    html`<option value=${value} ?selected=${value === chosen}>${name}</option>`;
  if (!filled.has(names)) {
    setTimeout(() => {
      filled.add(names);
      draw();
    });
  }
  const all = filled.has(names);
  return html`<div class="field wide">
    <label for="target">${texts.makeItSee}</label>
    <select
      id="target"
      aria-describedby="target-help"
      ?disabled=${!able}
      .value=${live(chosen)}
      @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}
    >
      ${guard([names, chosen, all], () => [option('any', texts.anyOther), names.map((name, index) => (all || chosen === String(index) ? option(String(index), name) : nothing))])}
    </select>
    <p class="help" id="target-help">${help}</p>
  </div>`;
}
