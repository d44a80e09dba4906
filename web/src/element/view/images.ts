import { live } from 'lit/directives/live.js';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import { duration, percent } from '../format.js';
import { type ImageShape, toInput } from '../image_shape.js';
import type { Reading } from '../laboratory.js';
import { amplificationFor, amplifications, changesBetween, paintChanges, paintImage, paintPixels } from '../paint.js';
import type { Playground } from '../playground.js';
import { namesOf, pixelsOf, shapeOf } from '../state.js';
import { remembered } from './remembered.js';

/** Original, change and adversarial image as the sum they are, and what the network sees in the first and the last. */
export function images(playground: Playground): TemplateResult {
  const { texts, way, overdue } = playground;
  const { before, finding, verdict, samples, evolving, info } = playground.results;
  const pixels = pixelsOf(playground.state, samples);
  const range = info?.input ?? { lower: 0, upper: 1 };
  const shape = shapeOf(playground.state);
  const shown = shownImage(playground);
  const result = shown === finding?.adversarial;
  const after = result ? finding?.after : way.reading;
  const changes = shown && changesOf(playground, shown);
  const factor = factorOf(playground, changes);
  const coloured = shape.channels > 1;
  const moved = changes ? texts[coloured ? 'movedValues' : 'moved'](countOf(changes), changes.length) : texts.notMoved;
  const fooled = result && verdict?.fooled && !overdue;
  return html`
    <div class="images" part="images">
      <figure class="original">
        <figcaption>${texts.original}</figcaption>
        <mlsec-pixel-image
          role="img"
          aria-label=${pixels ? texts.originalImage(before && nameOf(playground, before)) : texts.noImage}
          .image=${pixels ? pixelPicture(pixels, shape) : nothingYet()}
        ></mlsec-pixel-image>
        ${reading(playground, before)}
      </figure>
      <span class="sign" aria-hidden="true">+</span>
      <figure class="change">
        <figcaption>${texts.change} <span class="factor"><span class="verb">${texts.shown}</span> ×${factor}</span></figcaption>
        <mlsec-pixel-image
          role="img"
          aria-label=${texts[coloured ? 'changeColours' : 'changeImage'](factor, moved)}
          .image=${changes ? changePicture(changes, shape, factor) : nothingYet()}
        ></mlsec-pixel-image>
        <div class="key">
          ${
            coloured
              ? html`<p aria-hidden="true"><span class="same">${texts.unchanged}</span></p>`
              : html`<p aria-hidden="true"><span class="darker">${texts.darker}</span><span class="lighter">${texts.lighter}</span></p>`
          }
          ${amplification(playground, factor)}
        </div>
      </figure>
      <span class="sign" aria-hidden="true">=</span>
      <figure class="adversarial ${fooled ? 'fooled' : ''}" tabindex="-1">
        <figcaption>${texts.adversarial}</figcaption>
        <div class="frame ${evolving && overdue ? 'evolving' : ''}">
          <mlsec-pixel-image
            role="img"
            aria-label=${shown ? texts.adversarialImage(after && nameOf(playground, after)) : texts.noAdversarial}
            .image=${shown ? picture(shown, shape, range.lower, range.upper) : nothingYet()}
          ></mlsec-pixel-image>
          ${progress(playground)}
        </div>
        ${reading(playground, after)}
      </figure>
    </div>`;
}

/** What stands as adversarial image: what the attack has come to so far, an image on its way, or its result. */
function shownImage({ results, overdue, way }: Playground): Float32Array | undefined {
  return (overdue ? results.evolving : way.image) ?? results.finding?.adversarial;
}

/** How far an image is from the original, as shares of the model's range. */
export function changesOf({ state, results }: Playground, image: Float32Array): Float32Array {
  const { lower, upper } = results.info?.input ?? { lower: 0, upper: 1 };
  if (results.finding) return changes(image, results.finding.original, lower, upper);
  const pixels = pixelsOf(state, results.samples);
  const shape = shapeOf(state);
  return pixels ? changes(image, asInput(pixels, shape, lower, upper), lower, upper) : new Float32Array(image.length);
}

// The page is drawn often, and large images take a while.
const changes = remembered((image: Float32Array, original: Float32Array, lower: number, upper: number) =>
  changesBetween(original, image, { lower, upper }),
);
const asInput = remembered((pixels: Uint8Array, shape: ImageShape, lower: number, upper: number) =>
  toInput(pixels, shape, { lower, upper }),
);
const countOf = remembered((values: Float32Array) => {
  let count = 0;
  for (let index = 0; index < values.length; index++) if (values[index] !== 0) count++;
  return count;
});
const fullFactor = remembered(amplificationFor);
const picture = remembered(paintImage);
const pixelPicture = remembered(paintPixels);
const changePicture = remembered(paintChanges);

/** What stands where no image is. */
function nothingYet(): ImageData {
  blank ??= new ImageData(1, 1);
  return blank;
}
let blank: ImageData | undefined;

/** By how much the change is amplified: by the chosen factor, or by as much as the result's can be. */
export function factorOf(playground: Playground, changes: Float32Array | undefined): number {
  const { finding } = playground.results;
  const measured = finding ? changesOf(playground, finding.adversarial) : changes;
  return playground.state.amplification ?? (measured ? fullFactor(measured) : 1);
}

/** A slider over the factors that there are. */
function amplification(playground: Playground, factor: number): TemplateResult | typeof nothing {
  if (!playground.offers('amplification')) return nothing;
  const take = ({ target }: Event) => playground.amplify(amplifications[(target as HTMLInputElement).valueAsNumber]);
  return html`<input
    type="range"
    id="amplification"
    min="0"
    max=${amplifications.length - 1}
    aria-label=${playground.texts.amplification}
    aria-valuetext="×${factor}"
    .value=${live(String((amplifications as readonly number[]).indexOf(factor)))}
    @input=${take}
  >`;
}

/** A name that does not fit beside a percentage in large letters. */
const longName = 16;

function reading(playground: Playground, reading: Reading | undefined): TemplateResult {
  if (!reading) return html`<p class="reading"><b>–</b></p>`;
  const name = nameOf(playground, reading);
  return html`<p class="reading ${name.length > longName ? 'long' : ''}" title=${name}>
    <span class="verb">${playground.texts.seenAs}</span> <b>${name}</b>
    <span class="share">${percent(reading.probabilities[reading.label] ?? 0)}</span>
  </p>`;
}

function nameOf(playground: Playground, { label }: Reading): string {
  return namesOf(playground.state, playground.results.info)[label] ?? String(label);
}

/** What is shown over the adversarial image while a new one is being made. The button keeps the focus through a run. */
function progress(playground: Playground): TemplateResult | typeof nothing {
  if (!playground.overdue) return nothing;
  const { texts, phase, seconds } = playground;
  const working = phase === 'working';
  return html`<div class="progress" data-heir=".adversarial">
    <p>${working ? duration(seconds) : texts.phases[phase]}</p>
    ${working ? html`<progress aria-label=${texts.running}></progress>` : nothing}
    <button type="button" @click=${() => (working ? playground.cancel() : playground.again())}>
      ${working ? texts.cancel : texts.runAgain}
    </button>
  </div>`;
}
