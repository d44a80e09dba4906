import { html, type nothing, type TemplateResult } from 'lit/html.js';
import type { AttackDescription } from 'mlsec';
import { normWords } from '../../../../web/src/element/norms.js';
import { english } from '../../../../web/src/element/texts.js';
import { attackSelect } from '../../../../web/src/element/view/attack_select.js';
import { choice } from '../../../../web/src/element/view/choice.js';
import { optionField } from '../../../../web/src/element/view/option_field.js';
import { texts } from '../../texts/landscape.js';
import type { Landscape } from '../landscape.js';
import { attackOf, attacks, ballNorms, normInForce, ownOptionsOf, surfaces, views } from '../settings.js';

/** Which attack, in which norm, and what the planes show of it. */
export function attackForm(landscape: Landscape): TemplateResult {
  const { state } = landscape;
  const attack = attackOf(state);
  const choose = (id: string) => landscape.chooseAttack(id);
  return html`
    ${attackSelect(attacks(), attack, choose, texts.attack, english.sights)}
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
