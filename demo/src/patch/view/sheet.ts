import { html, nothing, type TemplateResult } from 'lit/html.js';
import { texts } from '../../texts/patch.js';
import { paintPatch } from '../pictures.js';
import { goalOf } from '../sentences.js';
import type { Workshop } from '../workshop.js';

/** What is printed instead of the page. */
export function sheet({ patch, made }: Workshop): TemplateResult | typeof nothing {
  if (!patch || !made) return nothing;
  return html`<section class="sheet" aria-hidden="true">
    <mlsec-pixel-image class="cut ${patch.form}" .image=${paintPatch(patch)}></mlsec-pixel-image>
    <p>${texts.sheet(made.model, goalOf(made))}</p>
  </section>`;
}
