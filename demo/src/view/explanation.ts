import { html, type TemplateResult } from 'lit/html.js';
import { paperAddress } from '../../../web/src/element/attacks.js';
import { wordsFor } from '../../../web/src/element/data_sets.js';
import { networkNamed } from '../../../web/src/element/networks.js';
import type { Playground } from '../../../web/src/element/playground.js';
import { datasetOf } from '../../../web/src/element/state.js';

/** How the first sentence begins where the network does not ship. */
const origins = {
  training: 'You have trained a neural network',
  file: 'You have brought a neural network, which is to have learned',
};

/** What one sees here, for someone who sees it for the first time, and where to read on. */
export function explanation({ state, attack: { name, summary, paper } }: Playground): TemplateResult {
  const { one, task } = wordsFor(datasetOf(state));
  const { origin } = networkNamed(state.model);
  const address = paperAddress(paper.reference);
  const reference = address ? html`<a href=${address}>${paper.reference}</a>` : paper.reference;
  return html`<section class="explanation" aria-labelledby="explanation">
    <h2 id="explanation">What you see here</h2>
    <p>
      ${origin ? origins[origin] : 'A neural network has learned'} ${task}. It gets most new ones
      right, and yet it can be fooled: change every pixel a little, in just the right direction, and it sees another
      ${one}, while to you nothing has happened. The original is on the left. The change is in the middle, amplified so
      that you can see it at all: orange pixels become lighter, blue ones darker. On the right is the sum of both, which
      is what the network gets. The bars show how sure it is of each class, before and after. Slide the strength down to
      find how small a change suffices, or aim at a class of your choice. Networks that have learned from attacked images
      withstand more, though not everything.
    </p>
    <p>
      <strong>${name}.</strong> ${summary} ${paper.authors} (${paper.year}), <cite>${paper.title}</cite>, ${reference}.
    </p>
    <p>A teacher or writer may put this <a href="./examples.html">into a page of their own</a>.</p>
  </section>`;
}
