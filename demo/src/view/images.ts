import { html, nothing, type TemplateResult } from 'lit/html.js';
import { side } from '../digit.js';
import { duration, percent, withArticle } from '../format.js';
import type { Reading } from '../laboratory.js';
import type { Page } from '../page.js';
import { amplificationFor, paintChange, paintGrey } from '../paint.js';
import { pixelsOf } from '../state.js';

/** Original, change and adversarial image as the sum they are, and what the network sees in the first and the last. */
export function images(page: Page): TemplateResult {
  const { before, finding, verdict, digits } = page.results;
  const pixels = pixelsOf(page.state, digits);
  const { lower, upper } = page.results.info?.input ?? { lower: 0, upper: 1 };
  const changes = finding?.adversarial.map((value, index) => value - (finding.original[index] ?? 0));
  const factor = changes ? amplificationFor(changes) : 1;
  const moved = finding ? `${finding.distances.l0} of ${finding.original.length} pixels changed` : 'nothing yet';
  return html`
    <div class="images">
      <figure class="original">
        <figcaption>Original</figcaption>
        <pixel-image
          role="img"
          aria-label=${pixels ? `Original image${seen(page, before)}` : 'No digit drawn yet'}
          .image=${paintGrey(pixels ?? new Uint8Array(side * side), 0, 255, side)}
        ></pixel-image>
        ${reading(page, before)}
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
      <figure class="adversarial ${verdict?.fooled && !page.overdue ? 'fooled' : ''}" tabindex="-1">
        <figcaption>Adversarial</figcaption>
        <div class="frame">
          <pixel-image
            role="img"
            aria-label=${finding ? `Adversarial image${seen(page, finding.after)}` : 'No adversarial image yet'}
            .image=${paintGrey(finding?.adversarial ?? new Float32Array(side * side), lower, upper, side)}
          ></pixel-image>
          ${progress(page)}
        </div>
        ${reading(page, finding?.after)}
      </figure>
    </div>`;
}

function reading(page: Page, reading: Reading | undefined): TemplateResult {
  if (!reading) return html`<p class="reading"><b>–</b></p>`;
  return html`<p class="reading">
    <span class="verb">seen as</span> <b>${nameOf(page, reading)}</b>
    <span class="share">${percent(reading.probabilities[reading.label] ?? 0)}</span>
  </p>`;
}

function seen(page: Page, reading: Reading | undefined): string {
  return reading ? `: the network sees ${withArticle(nameOf(page, reading))}` : '';
}

function nameOf(page: Page, { label }: Reading): string {
  return page.results.info?.output.labels[label] ?? String(label);
}

/** What is shown over the adversarial image while a new one is being made. The button keeps the focus through a run. */
function progress(page: Page): TemplateResult | typeof nothing {
  if (!page.overdue) return nothing;
  const working = page.phase === 'working';
  return html`<div class="progress">
    <p>${working ? duration(page.seconds) : page.phase}</p>
    ${working ? html`<progress aria-label="The attack is running"></progress>` : nothing}
    <button type="button" @click=${() => (working ? page.cancel() : page.again())}>
      ${working ? 'Cancel' : 'Run again'}
    </button>
  </div>`;
}
