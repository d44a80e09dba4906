import { html, nothing, type TemplateResult } from 'lit/html.js';
import { attacksFor } from '../attacks.js';
import { mostClasses } from '../classes.js';
import { wordsFor } from '../data_sets.js';
import { optionsOf, strengthOption } from '../options.js';
import type { Playground } from '../playground.js';
import { aimOf, datasetOf, labelOf, namesOf } from '../state.js';
import { attackSelect } from './attack_select.js';
import { choice } from './choice.js';
import { optionField } from './option_field.js';
import { optionsInstead } from './strength.js';

/** Which attack, what it aims at, and its options. */
export function attackChoice(playground: Playground): TemplateResult {
  return html`
    ${playground.offers('attack') ? methodChoice(playground) : nothing}
    ${playground.offers('target') ? targetChoice(playground) : nothing} ${options(playground)}`;
}

function methodChoice(playground: Playground): TemplateResult {
  const { results, attack, texts } = playground;
  const choose = (id: string) => playground.chooseAttack(id);
  return attackSelect(attacksFor(results.info), attack, choose, texts.attack, texts.sights);
}

function targetChoice(playground: Playground): TemplateResult {
  const { state, results, attack, texts } = playground;
  const label = labelOf(state, results.samples);
  const names = namesOf(state, results.info);
  const { seen } = wordsFor(datasetOf(state), texts);
  const able = attack.traits.targeted;
  const known = label !== undefined && able;
  const help = !able
    ? texts.cannotAim(attack.name)
    : known
      ? texts.alreadyThis(names[label] ?? String(label))
      : texts.ofYourChoice(seen);
  const choose = (value: string) => playground.change({ target: value === 'any' ? undefined : Number(value) });
  const chosen = String(aimOf(state, results.samples) ?? 'any');
  // Only a visitor's own network has as many.
  if (names.length > mostClasses && playground.own) {
    return playground.own.targetList({ names, chosen, choose, able, help, texts, draw: playground.draw });
  }
  return choice({
    id: 'target',
    legend: texts.makeItSee,
    alternatives: [
      { value: 'any', label: texts.anyOther, name: texts.anyOtherOf(seen) },
      ...names.map((name, index) => ({ value: String(index), label: name, disabled: index === label })),
    ],
    chosen,
    choose,
    help,
    disabled: !able,
  });
}

function options(playground: Playground): TemplateResult | typeof nothing {
  const field = (option: ReturnType<typeof optionsOf>[number]) => optionField(playground, option);
  if (!playground.offers('options')) {
    const norm = playground.offers('norm') && optionsOf(playground.attack).find(({ name }) => name === 'norm');
    return norm ? html`<div class="fields">${field(norm)}</div>` : nothing;
  }
  const elsewhere = new Set(
    [strengthOption(playground.attack), ...optionsInstead(playground)].map((option) => option?.name),
  );
  const here = optionsOf(playground.attack).filter(({ name }) => !elsewhere.has(name));
  const fields = (level: 'basic' | 'advanced') => here.filter((option) => option.level === level).map(field);
  return html`
    <div class="fields">${fields('basic')}</div>
    <details>
      <summary>${playground.texts.moreOptions}</summary>
      <div class="fields">${fields('advanced')}</div>
    </details>`;
}
