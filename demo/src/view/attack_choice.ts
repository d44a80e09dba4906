import { live } from 'lit/directives/live.js';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { AttackDescription } from 'mlsec';
import { attacksFor, sights } from '../attacks.js';
import { wordsFor } from '../data_sets.js';
import { withArticle } from '../format.js';
import { optionsOf, strengthOption } from '../options.js';
import type { Playground } from '../playground.js';
import { aimOf, datasetOf, labelOf, namesOf } from '../state.js';
import { choice } from './choice.js';
import { optionField } from './option_field.js';
import { optionsInstead } from './strength.js';

/** Which attack, what it aims at, and its options. */
export function attackChoice(playground: Playground): TemplateResult {
  const attacks = attacksFor(playground.results.info);
  const group = (needs: AttackDescription['traits']['needs']) => {
    const members = attacks.filter(({ traits }) => traits.needs === needs);
    if (members.length === 0) return nothing;
    return html`<optgroup label=${sights[needs]}>
      ${members.map(({ id, name }) => html`<option value=${id} ?selected=${id === playground.state.attack}>${name}</option>`)}
    </optgroup>`;
  };
  return html`
    <div class="field wide">
      <label for="attack">Attack</label>
      <select
        id="attack"
        aria-describedby="attack-help"
        .value=${live(playground.state.attack)}
        @change=${(event: Event) => playground.chooseAttack((event.target as HTMLSelectElement).value)}
      >
        ${(Object.keys(sights) as (keyof typeof sights)[]).map(group)}
      </select>
      <p class="help" id="attack-help">${playground.attack.summary} ${sights[playground.attack.traits.needs]}.</p>
    </div>
    ${targetChoice(playground)} ${options(playground)}`;
}

function targetChoice(playground: Playground): TemplateResult {
  const { state, results, attack } = playground;
  const label = labelOf(state, results.samples);
  const names = namesOf(state, results.info);
  const { one } = wordsFor(datasetOf(state));
  const able = attack.traits.targeted;
  const known = label !== undefined && able;
  const help = !able
    ? `${attack.name} cannot aim: it takes whichever other class comes first.`
    : known
      ? `This is ${withArticle(names[label] ?? String(label))} already, so that is no target.`
      : `Any other ${one} than the network sees now, or one of your choice.`;
  return choice({
    id: 'target',
    legend: 'Make the network see',
    alternatives: [
      { value: 'any', label: 'any other', name: `any other ${one}` },
      ...names.map((name, index) => ({ value: String(index), label: name, disabled: index === label })),
    ],
    chosen: String(aimOf(state, results.samples) ?? 'any'),
    choose: (value) => playground.change({ target: value === 'any' ? undefined : Number(value) }),
    help,
    disabled: !able,
  });
}

function options(playground: Playground): TemplateResult {
  const elsewhere = new Set(
    [strengthOption(playground.attack), ...optionsInstead(playground)].map((option) => option?.name),
  );
  const here = optionsOf(playground.attack).filter(({ name }) => !elsewhere.has(name));
  const fields = (level: 'basic' | 'advanced') =>
    here.filter((option) => option.level === level).map((option) => optionField(playground, option));
  return html`
    <div class="fields">${fields('basic')}</div>
    <details>
      <summary>More options</summary>
      <div class="fields">${fields('advanced')}</div>
    </details>`;
}
