import { live } from 'lit/directives/live.js';
import { html, type TemplateResult } from 'lit/html.js';
import { catalog } from 'mlsec/catalog';
import { wordsFor } from '../../../../web/src/element/data_sets.js';
import { side } from '../../../../web/src/element/digit.js';
import { percent } from '../../../../web/src/element/format.js';
import { choice } from '../../../../web/src/element/view/choice.js';
import { optionField } from '../../../../web/src/element/view/option_field.js';
import { texts } from '../../texts/patch.js';
import { namesOf, optionIn, ownOptions, patchable } from '../settings.js';
import type { Workshop } from '../workshop.js';

/** Which network, what it shall see, and how the patch is learned. */
export function form(workshop: Workshop): TemplateResult {
  const { state } = workshop;
  const any = 'any';
  return html`<form class="controls" aria-labelledby="controls" @submit=${(event: Event) => event.preventDefault()}>
    <h2 id="controls" class="unseen">${texts.controls}</h2>
    ${network(workshop)}
    ${choice({
      id: 'target',
      legend: texts.target,
      alternatives: [
        { value: any, label: texts.any },
        ...namesOf(state).map((name, index) => ({ value: String(index), label: name })),
      ],
      chosen: String(state.target ?? any),
      choose: (target) => workshop.chooseTarget(target === any ? undefined : Number(target)),
    })}
    ${size(workshop)}
    <details>
      <summary>${texts.options}</summary>
      <div class="fields">${ownOptions().map((option) => optionField(workshop, option))}</div>
    </details>
  </form>`;
}

function network(workshop: Workshop): TemplateResult {
  const all = patchable();
  const group = (dataset: string) => html`<optgroup label=${wordsFor(dataset).name}>
    ${all
      .filter((each) => each.dataset === dataset)
      .map(({ id }) => html`<option value=${id} ?selected=${id === workshop.state.model}>${id}</option>`)}
  </optgroup>`;
  return html`<div class="field wide">
    <label for="network">${texts.network}</label>
    <select
      id="network"
      aria-describedby="network-help"
      .value=${live(workshop.state.model)}
      @change=${(event: Event) => workshop.chooseNetwork((event.target as HTMLSelectElement).value)}
    >
      ${catalog().datasets.map(({ id }) => group(id))}
    </select>
    <p class="help" id="network-help">${all.find(({ id }) => id === workshop.state.model)?.summary}</p>
  </div>`;
}

function size(workshop: Workshop): TemplateResult {
  const value = optionIn(workshop.state, 'size');
  return html`<div class="strength">
    <label for="size">${texts.size}</label>
    <input
      type="range"
      id="size"
      min="0.15"
      max="0.8"
      step="0.05"
      aria-describedby="size-help"
      aria-valuetext=${percent(value)}
      .value=${live(String(value))}
      @input=${(event: Event) => workshop.setOption('size', (event.target as HTMLInputElement).valueAsNumber)}
    >
    <output for="size" aria-live="off">${percent(value)}</output>
    <p class="help" id="size-help">${texts.sizeHelp(Math.round(value * side))}</p>
  </div>`;
}
