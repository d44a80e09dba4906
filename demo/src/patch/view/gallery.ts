import { html, type TemplateResult } from 'lit/html.js';
import { sampleCount } from '../../../../web/src/element/laboratory.js';
import { choice } from '../../../../web/src/element/view/choice.js';
import { texts } from '../../texts/patch.js';
import { pictureOf, samplePicture } from '../../view/pictures.js';
import { learnedFrom, namesOf } from '../settings.js';
import { shownAtOnce, type Workshop } from '../workshop.js';

/** More images with the patch at the same place, and what the network sees in them. */
export function gallery(workshop: Workshop): TemplateResult {
  const { state, samples, sight, first, patch } = workshop;
  const names = namesOf(state);
  const { lower, upper } = patch?.input ?? { lower: 0, upper: 1 };
  const tile = (index: number) => {
    const sample = first + index;
    const values = sight?.images[index];
    const after = sight?.after[index];
    const truth = samples?.labels[sample] ?? -1;
    const fooled = after && after.label !== sight?.before[index]?.label;
    const seen = after && (names[after.label] ?? String(after.label));
    return {
      value: String(sample),
      label: html`<mlsec-pixel-image .image=${values ? pictureOf(values, lower, upper) : samplePicture(samples, sample)}></mlsec-pixel-image>
        <span class="seen ${fooled ? 'fooled' : ''}">${seen ?? '–'}</span>`,
      name: texts.tile(sample, names[truth] ?? '', seen),
    };
  };
  const next = state.sample + shownAtOnce;
  return html`<section class="others" aria-labelledby="others">
    <h2 id="others">${texts.gallery}</h2>
    <p class="help">${texts.galleryHelp}</p>
    ${choice({
      id: 'sample',
      legend: html`<span class="unseen">${texts.gallery}</span>`,
      alternatives: Array.from({ length: shownAtOnce }, (_, index) => tile(index)),
      chosen: String(state.sample),
      choose: (sample) => workshop.chooseSample(Number(sample)),
      look: 'tiles',
    })}
    <button type="button" @click=${() => workshop.chooseSample(next < sampleCount ? next : learnedFrom)}>${texts.another}</button>
  </section>`;
}
