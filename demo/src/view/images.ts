import { html, nothing, type TemplateResult } from 'lit/html.js';
import { side } from '../digit.js';
import { duration, percent, withArticle } from '../format.js';
import type { Reading } from '../laboratory.js';
import { amplificationFor, paintChange, paintGrey } from '../paint.js';
import type { Playground } from '../playground.js';
import { namesOf, pixelsOf } from '../state.js';

/** Original, change and adversarial image as the sum they are, and what the network sees in the first and the last. */
export function images(playground: Playground): TemplateResult {
  const { before, finding, verdict, samples } = playground.results;
  const pixels = pixelsOf(playground.state, samples);
  const { lower, upper } = playground.results.info?.input ?? { lower: 0, upper: 1 };
  const changes = finding?.adversarial.map((value, index) => value - (finding.original[index] ?? 0));
  const factor = changes ? amplificationFor(changes) : 1;
  const moved = finding ? `${finding.distances.l0} of ${finding.original.length} pixels changed` : 'nothing yet';
  return html`
    <div class="images">
      <figure class="original">
        <figcaption>Original</figcaption>
        <pixel-image
          role="img"
          aria-label=${pixels ? `Original image${seen(playground, before)}` : 'No image yet'}
          .image=${paintGrey(pixels ?? new Uint8Array(side * side), 0, 255, side)}
        ></pixel-image>
        ${reading(playground, before)}
      </figure>
      <span class="sign" aria-hidden="true">+</span>
      <figure class="change">
        <figcaption>Change <span class="factor"><span class="verb">shown</span> ×${factor}</span></figcaption>
        <pixel-image
          role="img"
          aria-label="Change, amplified ${factor} times: ${moved}. Orange becomes lighter, blue darker."
          .image=${paintChange(changes ?? new Float32Array(side * side), factor, side)}
        ></pixel-image>
        <p class="key" aria-hidden="true"><span class="darker">darker</span><span class="lighter">lighter</span></p>
      </figure>
      <span class="sign" aria-hidden="true">=</span>
      <figure class="adversarial ${verdict?.fooled && !playground.overdue ? 'fooled' : ''}" tabindex="-1">
        <figcaption>Adversarial</figcaption>
        <div class="frame">
          <pixel-image
            role="img"
            aria-label=${finding ? `Adversarial image${seen(playground, finding.after)}` : 'No adversarial image yet'}
            .image=${paintGrey(finding?.adversarial ?? new Float32Array(side * side), lower, upper, side)}
          ></pixel-image>
          ${progress(playground)}
        </div>
        ${reading(playground, finding?.after)}
      </figure>
    </div>`;
}

function reading(playground: Playground, reading: Reading | undefined): TemplateResult {
  if (!reading) return html`<p class="reading"><b>–</b></p>`;
  return html`<p class="reading">
    <span class="verb">seen as</span> <b>${nameOf(playground, reading)}</b>
    <span class="share">${percent(reading.probabilities[reading.label] ?? 0)}</span>
  </p>`;
}

function seen(playground: Playground, reading: Reading | undefined): string {
  return reading ? `: the network sees ${withArticle(nameOf(playground, reading))}` : '';
}

function nameOf(playground: Playground, { label }: Reading): string {
  return namesOf(playground.state, playground.results.info)[label] ?? String(label);
}

/** What is shown over the adversarial image while a new one is being made. The button keeps the focus through a run. */
function progress(playground: Playground): TemplateResult | typeof nothing {
  if (!playground.overdue) return nothing;
  const working = playground.phase === 'working';
  return html`<div class="progress" data-heir=".adversarial">
    <p>${working ? duration(playground.seconds) : playground.phase}</p>
    ${working ? html`<progress aria-label="The attack is running"></progress>` : nothing}
    <button type="button" @click=${() => (working ? playground.cancel() : playground.again())}>
      ${working ? 'Cancel' : 'Run again'}
    </button>
  </div>`;
}
