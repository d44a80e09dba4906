import { html, nothing, type TemplateResult } from 'lit/html.js';
import { percent } from '../../../web/src/element/format.js';
import type { Reading } from '../../../web/src/element/laboratory.js';

/** What is said of an image by one network, or of one image by a network. */
export interface ReadingsColumn {
  name: string;
  /** Below the name. */
  note?: string | undefined;
  reading: Reading | undefined;
}

/** How sure networks are of each class, a row for each class. */
export function readings(table: {
  caption: string;
  /** Heads the names of the classes. */
  heading: string;
  names: readonly string[];
  /** The right class. */
  label: number | undefined;
  columns: readonly ReadingsColumn[];
}): TemplateResult {
  const { caption, heading, names, label, columns } = table;
  return html`<div class="scrolling" tabindex="0" role="group" aria-label=${caption}>
    <table class="readings">
      <caption class="unseen">${caption}</caption>
      <thead>
        <tr>
          <th scope="col">${heading}</th>
          ${columns.map(({ name, note }) => html`<th scope="col">${name}${note ? html` <span>${note}</span>` : nothing}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${names.map(
          (name, index) => html`<tr class=${index === label ? 'right' : nothing}>
            <th scope="row">${name}</th>
            ${columns.map(({ reading }) => bar(reading, index, label))}
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function bar(reading: Reading | undefined, index: number, label: number | undefined): TemplateResult {
  const share = reading?.probabilities[index] ?? 0;
  const look = reading?.label === index ? (index === label ? 'is' : 'is fooled') : '';
  const words = !reading ? '' : share < 0.005 ? html`<span class="unseen">${percent(share)}</span>` : percent(share);
  return html`<td class=${look}>
    <span class="bar"><svg aria-hidden="true"><rect width="${100 * share}%" height="100%"></rect></svg><span class="percent">${words}</span></span>
  </td>`;
}
