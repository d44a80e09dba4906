import { html, type TemplateResult } from 'lit/html.js';
import { paperAddress } from '../../../web/src/element/attacks.js';
import { wordsFor } from '../../../web/src/element/data_sets.js';
import { networkNamed } from '../../../web/src/element/networks.js';
import type { Playground } from '../../../web/src/element/playground.js';
import { datasetOf, shapeOf } from '../../../web/src/element/state.js';
import { texts } from '../texts/attack.js';

/** What one sees here, for someone who sees it for the first time, and where to read on. */
export function explanation({ state, attack: { name, summary, paper } }: Playground): TemplateResult {
  const { seen, task } = wordsFor(datasetOf(state));
  const { origin = 'shipped' } = networkNamed(state.model);
  const address = paperAddress(paper.reference);
  const reference = address ? html`<a href=${address}>${paper.reference}</a>` : paper.reference;
  return html`<section class="explanation" aria-labelledby="explanation">
    <h2 id="explanation">${texts.explanation}</h2>
    <p>${texts.origins[origin]} ${task}. ${texts.whatIsSeen(seen, shapeOf(state).channels > 1)}</p>
    <p>
      <strong>${name}.</strong> ${summary} ${paper.authors} (${paper.year}), <cite>${paper.title}</cite>, ${reference}.
    </p>
    <p>${texts.elsewhere} <a href="./examples.html">${texts.elsewhereLink}</a>.</p>
  </section>`;
}
