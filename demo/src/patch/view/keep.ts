import { html, nothing, type TemplateResult } from 'lit/html.js';
import { save } from '../../../../web/src/element/save.js';
import { texts } from '../../texts/patch.js';
import { codeFor } from '../code.js';
import { paintPatch, patchAsPng } from '../pictures.js';
import type { Workshop } from '../workshop.js';

/** The patch alone, to be printed, saved and made again. */
export function keep(workshop: Workshop): TemplateResult | typeof nothing {
  const { patch, made, state, busy } = workshop;
  if (!patch || !made) return nothing;
  const name = `${state.model}-patch.png`;
  const code = codeFor(made, state);
  const copy = () =>
    Promise.resolve(navigator.clipboard?.writeText(code) ?? Promise.reject()).then(
      () => workshop.note(texts.codeCopied),
      () => workshop.note(texts.copyFailed),
    );
  return html`<section class="kept-patch" aria-labelledby="kept-patch">
    <h2 id="kept-patch">${texts.patchAlone}</h2>
    <div class="alone-and-words">
      <mlsec-pixel-image class="cut ${patch.form}" role="img" aria-label=${texts.patchAlone} .image=${paintPatch(patch)}></mlsec-pixel-image>
      <div>
        <p class="actions">
          <button type="button" ?disabled=${busy} @click=${() => print()}>${texts.print}</button>
          <button type="button" ?disabled=${busy} @click=${async () => save(await patchAsPng(patch), name)}>${texts.png}</button>
        </p>
        <p class="help">${texts.printHelp}</p>
      </div>
    </div>
    <details>
      <summary>${texts.code}</summary>
      <p class="help">${texts.codeHelp}</p>
      <pre tabindex="0" aria-label=${texts.code}><code>${code}</code></pre>
      <p><button type="button" @click=${copy}>${texts.copyCode}</button></p>
    </details>
  </section>`;
}
