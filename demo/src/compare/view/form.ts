import { live } from 'lit/directives/live.js';
import { html, type TemplateResult } from 'lit/html.js';
import { catalog } from 'mlsec/catalog';
import { sights } from '../../../../web/src/element/attacks.js';
import { classNamesOf, wordsFor } from '../../../../web/src/element/data_sets.js';
import { withArticle } from '../../../../web/src/element/format.js';
import { normWords } from '../../../../web/src/element/norms.js';
import { english } from '../../../../web/src/element/texts.js';
import { choice } from '../../../../web/src/element/view/choice.js';
import { texts } from '../../texts/compare.js';
import { samplePicture } from '../../view/pictures.js';
import type { Compare } from '../compare.js';
import { attacksIn, mostRows, norms } from '../settings.js';

/** How many samples are offered at a time. */
const offered = 10;

/** Which image, in which norm, and which attacks. */
export function form(compare: Compare): TemplateResult {
  const { state } = compare;
  return html`<form class="controls" aria-labelledby="controls" @submit=${(event: Event) => event.preventDefault()}>
    <h2 id="controls" class="unseen">${texts.controls}</h2>
    ${choice({
      id: 'data',
      legend: texts.data,
      alternatives: catalog().datasets.map(({ id }) => ({ value: id, label: wordsFor(id).name })),
      chosen: state.data,
      choose: (data) => compare.chooseData(data),
    })}
    ${gallery(compare)}
    ${choice({
      id: 'norm',
      legend: texts.norm,
      alternatives: norms.map((norm) => ({ value: norm, label: normWords(norm).symbol })),
      chosen: state.norm,
      choose: (norm) => compare.chooseNorm(norm),
    })}
    ${adding(compare)}
  </form>`;
}

function gallery(compare: Compare): TemplateResult {
  const { state, samples } = compare;
  const first = state.sample - (state.sample % offered);
  const names = classNamesOf(state.data);
  const tile = (sample: number) => {
    const image = samplePicture(samples, sample);
    const name = names[samples?.labels[sample] ?? -1];
    return {
      value: String(sample),
      label: html`<mlsec-pixel-image .image=${image}></mlsec-pixel-image>`,
      name: `Sample ${sample + 1}${name === undefined ? '' : `, ${withArticle(name)}`}`,
    };
  };
  const total = samples?.labels.length ?? 1000;
  return html`<div class="gallery">
    ${choice({
      id: 'sample',
      legend: texts.sample,
      alternatives: Array.from({ length: offered }, (_, index) => tile(first + index)),
      chosen: String(state.sample),
      choose: (sample) => compare.change({ sample: Number(sample), chosen: undefined }),
      look: 'tiles',
    })}
    <button type="button" @click=${() => compare.change({ sample: (state.sample + offered) % total, chosen: undefined })}>
      ${texts.another}
    </button>
  </div>`;
}

function adding(compare: Compare): TemplateResult {
  const { attacks, norm } = compare.state;
  const others = attacksIn(norm).filter(({ id }) => !attacks.includes(id));
  const full = attacks.length >= mostRows;
  const group = (needs: (typeof sights)[number]) => html`<optgroup label=${english.sights[needs]}>
    ${others.filter(({ traits }) => traits.needs === needs).map(({ id, name }) => html`<option value=${id}>${name}</option>`)}
  </optgroup>`;
  return html`<div class="field wide">
    <label for="add">${texts.add}</label>
    <select
      id="add"
      aria-describedby="add-help"
      ?disabled=${full}
      .value=${live('')}
      @change=${(event: Event) => compare.add((event.target as HTMLSelectElement).value)}
    >
      <option value="">${texts.choose}</option>
      ${sights.map(group)}
    </select>
    <p class="help" id="add-help">${full ? texts.full(mostRows) : texts.addHelp}</p>
  </div>`;
}
