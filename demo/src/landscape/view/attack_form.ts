import { live } from 'lit/directives/live.js';
import { html, type nothing, type TemplateResult } from 'lit/html.js';
import type { AttackDescription } from 'mlsec';
import { sights } from '../../../../web/src/element/attacks.js';
import { normWords } from '../../../../web/src/element/norms.js';
import { english } from '../../../../web/src/element/texts.js';
import { choice } from '../../../../web/src/element/view/choice.js';
import { optionField } from '../../../../web/src/element/view/option_field.js';
import { texts } from '../../texts/landscape.js';
import type { Landscape } from '../landscape.js';
import { attackOf, attacks, ballNorms, normInForce, ownOptionsOf, surfaces, views } from '../settings.js';

/** Which attack, in which norm, and what the planes show of it. */
export function attackForm(landscape: Landscape): TemplateResult {
  const { state } = landscape;
  const attack = attackOf(state);
  const all = attacks();
  const group = (needs: AttackDescription['traits']['needs']) => html`<optgroup label=${english.sights[needs]}>
    ${all
      .filter(({ traits }) => traits.needs === needs)
      .map(({ id, name }) => html`<option value=${id} ?selected=${id === state.attack}>${name}</option>`)}
  </optgroup>`;
  return html`
    <div class="field wide">
      <label for="attack">${texts.attack}</label>
      <select
        id="attack"
        aria-describedby="attack-help"
        .value=${live(state.attack)}
        @change=${(event: Event) => landscape.chooseAttack((event.target as HTMLSelectElement).value)}
      >
        ${sights.map(group)}
      </select>
      <p class="help" id="attack-help">${attack.summary} ${english.sights[attack.traits.needs]}.</p>
    </div>
    ${norms(landscape, attack)}
    <div class="pair">
      ${choice({
        id: 'surface',
        legend: texts.surface,
        alternatives: surfaces.map((value) => ({ value, label: texts.surfaces[value] })),
        chosen: state.surface,
        choose: (surface) => landscape.change({ surface: surface as 'answers' | 'loss' }),
      })}
      ${choice({
        id: 'view',
        legend: texts.view,
        alternatives: views.map((value) => ({ value, label: texts.views[value] })),
        chosen: state.view,
        choose: (view) => landscape.change({ view: view as 'whole' | 'close' }),
      })}
      <p class="help">${texts.surfaceHelp[state.surface]}</p>
    </div>
    ${options(landscape, attack)}`;
}

function norms(landscape: Landscape, attack: AttackDescription): TemplateResult {
  const able = ballNorms.filter((norm) => attack.traits.norms.some((each) => each === norm));
  return choice({
    id: 'norm',
    legend: texts.norm,
    alternatives: ballNorms.map((norm) => ({
      value: norm,
      label: normWords(norm).symbol,
      disabled: !able.includes(norm),
    })),
    chosen: normInForce(landscape.state),
    choose: (norm) => landscape.change({ norm }),
    help: able.length > 1 ? texts.normHelp : texts.fixedNorm(normWords(normInForce(landscape.state)).symbol),
  });
}

function options(landscape: Landscape, attack: AttackDescription): TemplateResult | typeof nothing {
  const own = ownOptionsOf(attack);
  return html`<details>
    <summary>${texts.attackOptions(attack.name)}</summary>
    <div class="fields">${own.map((option) => optionField(landscape, option))}</div>
  </details>`;
}
