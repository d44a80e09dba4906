import { live } from 'lit/directives/live.js';
import { html, type TemplateResult } from 'lit/html.js';
import { catalog } from 'mlsec/catalog';
import { wordsFor } from '../../../../web/src/element/data_sets.js';
import { choice } from '../../../../web/src/element/view/choice.js';
import { optionField } from '../../../../web/src/element/view/option_field.js';
import { texts } from '../../texts/training.js';
import { architectureNamed, architectures } from '../architectures.js';
import { fieldsOf, teachers } from '../settings.js';
import type { Training } from '../training.js';

/** What the next training is of, and the button that starts it. */
export function settingsForm(training: Training): TemplateResult {
  const { settings, busy } = training;
  const { datasets } = catalog();
  const fields = (level: 'basic' | 'advanced') =>
    fieldsOf(settings)
      .filter((option) => option.level === level)
      .map((option) => optionField(training, option));
  const submit = (event: Event) => {
    event.preventDefault();
    if (training.busy) return;
    training.start();
    showStage();
  };
  return html`<form class="controls" aria-labelledby="controls" novalidate @submit=${submit}>
    <h2 id="controls" class="unseen">${texts.settings}</h2>
    <fieldset class="all" aria-labelledby="controls" ?disabled=${busy}>
      <legend class="unseen">${texts.settings}</legend>
      ${choice({
        id: 'data',
        legend: texts.images,
        alternatives: datasets.map(({ id }) => ({ value: id, label: wordsFor(id).name })),
        chosen: settings.dataset,
        choose: (dataset) => training.change({ dataset }),
        help: datasets.find(({ id }) => id === settings.dataset)?.summary,
      })}
      ${choice({
        id: 'architecture',
        legend: texts.network,
        alternatives: architectures.map(({ id }) => ({ value: id, label: id })),
        chosen: settings.architecture,
        choose: (architecture) => training.change({ architecture }),
        help: architectureNamed(settings.architecture).summary,
      })}
      ${teacherChoice(training)}
      <div class="fields">${fields('basic')}</div>
      <details>
        <summary>${texts.moreOptions}</summary>
        <div class="fields">${fields('advanced')}</div>
      </details>
    </fieldset>
    <button type="submit" class="main" aria-disabled=${busy}>${texts.train}</button>
  </form>`;
}

/** On a phone, or far down in the form, what happens now would happen out of sight. */
function showStage(): void {
  const stage = document.querySelector('.stage');
  const { top = 0, bottom = 0 } = stage?.getBoundingClientRect() ?? {};
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  if (top < 0 || Math.min(bottom, top + 300) > innerHeight)
    stage?.scrollIntoView({ behavior: still ? 'auto' : 'smooth' });
}

/** Whether it learns from attacked images, and by which attack. */
function teacherChoice(training: Training): TemplateResult {
  const chosen = teachers().find(({ id }) => id === training.settings.adversarial);
  const option = (id: string, name: string) =>
    html`<option value=${id} ?selected=${id === (chosen?.id ?? '')}>${name}</option>`;
  return html`<div class="field wide">
    <label for="adversarial">${texts.teacher}</label>
    <select
      id="adversarial"
      aria-describedby="adversarial-help"
      .value=${live(chosen?.id ?? '')}
      @change=${(event: Event) => training.change({ adversarial: (event.target as HTMLSelectElement).value || undefined })}
    >
      ${option('', texts.asTheyAre)}
      <optgroup label=${texts.attackedBy}>${teachers().map(({ id, name }) => option(id, name))}</optgroup>
    </select>
    <p class="help" id="adversarial-help">
      ${chosen ? texts.attackedHelp(chosen.summary) : texts.asTheyAreHelp}
    </p>
  </div>`;
}
