import { html, nothing, type TemplateResult } from 'lit/html.js';
import type * as Files from '../files.js';
import { percent } from '../format.js';
import { survives } from '../keeping.js';
import type { Playground } from '../playground.js';
import { save } from '../save.js';
import { namesOf } from '../state.js';
import { emphasised } from './headline.js';

/** What can be taken along of a result: files, and a program that comes to the same. */
export function keep(playground: Playground): TemplateResult | typeof nothing {
  if (!playground.offers('export')) return nothing;
  const { texts, keeping, state, results } = playground;
  const { files } = keeping;
  const ready = files && results.finding !== undefined && !playground.overdue;
  const name = `${state.model}-${state.attack}`;
  const file = (
    words: string,
    ending: string,
    make: (files: typeof Files) => Blob | undefined | Promise<Blob | undefined>,
  ) => html`<button
    type="button"
    ?disabled=${!ready}
    @click=${async () => files && save(await make(files), `${name}${ending}`)}
  >
    ${words}
  </button>`;
  const json = ({ asJson }: typeof Files) =>
    new Blob([asJson(state, results, playground.link)], { type: 'application/json' });
  return html`<details
    class="keep"
    part="export"
    @toggle=${({ currentTarget }: Event) => {
      keeping.open = (currentTarget as HTMLDetailsElement).open;
    }}
  >
    <summary>${texts.keep}</summary>
    <div class="kept">
      <p class="files">
        ${file(texts.keepPng, '.png', ({ asPng }) => asPng(results))} ${file(texts.keepNpy, '.npy', ({ asNpy }) => asNpy(results))}
        ${file(texts.keepPanel, '-images.png', ({ asPanel }) => asPanel(state, results, texts))}
        ${file(texts.keepJson, '.json', json)}
      </p>
      <p class="help rounding">${texts.rounding} ${rounding(playground)}</p>
      ${keeping.open && ready ? code(playground, files) : nothing}
    </div>
  </details>`;
}

/** Whether the image still fools the network after what a PNG makes of it. */
function rounding({ texts, keeping, results, state }: Playground): unknown {
  const { finding, before, verdict } = results;
  const { rounded } = keeping;
  if (!finding || !before || !rounded) return nothing;
  const name = namesOf(state, results.info)[rounded.label] ?? String(rounded.label);
  const sure = percent(rounded.probabilities[rounded.label] ?? 0);
  if (!verdict?.fooled) return emphasised(texts.roundedSees(name, sure));
  return emphasised((survives(finding, before, rounded) ? texts.roundedStill : texts.roundedNoMore)(name, sure));
}

function code(playground: Playground, { asCode }: typeof Files): TemplateResult {
  const { texts, state, results } = playground;
  const text = asCode(state, results, texts);
  const copy = () =>
    Promise.resolve(navigator.clipboard?.writeText(text) ?? Promise.reject()).then(
      () => playground.note(texts.codeCopied),
      () => playground.note(texts.copyFailed),
    );
  return html`
    <p>${texts.code}</p>
    <pre tabindex="0" aria-label=${texts.code}><code>${text}</code></pre>
    <p><button type="button" @click=${copy}>${texts.copyCode}</button></p>`;
}
