import { html, nothing, type TemplateResult } from 'lit/html.js';
import { duration } from '../../../../web/src/element/format.js';
import { lossWords, percentExactly } from '../sentences.js';
import type { Training } from '../training.js';

/** The charts in numbers, for whoever opens it: a long training has many rows. */
export function epochTable(training: Training): TemplateResult | typeof nothing {
  const history = training.run?.history ?? [];
  if (history.length === 0) return nothing;
  const share = (value: number | undefined) => (value === undefined ? '–' : percentExactly(value));
  const row = (epoch: (typeof history)[number]) => html`<tr>
    <th scope="row">${epoch.epoch}</th>
    <td>${lossWords(epoch.loss)}</td>
    <td>${epoch.validationLoss === undefined ? '–' : lossWords(epoch.validationLoss)}</td>
    <td>${share(epoch.accuracy)}</td>
    <td>${share(epoch.validationAccuracy)}</td>
    <td>${share(epoch.robustAccuracy)}</td>
    <td>${duration(epoch.seconds)}</td>
  </tr>`;
  const toggle = (event: Event) => {
    training.tableOpen = (event.target as HTMLDetailsElement).open;
    training.draw();
  };
  return html`<details class="epochs" ?open=${training.tableOpen} @toggle=${toggle}>
    <summary>Every epoch in numbers</summary>
    <div class="scrolling" tabindex="0" role="group" aria-label="Table of epochs">
      <table>
        <caption class="unseen">Loss and accuracy of every epoch</caption>
        <thead>
          <tr>
            <td></td>
            <th scope="colgroup" colspan="2">Loss</th>
            <th scope="colgroup" colspan="3">Accuracy</th>
            <td></td>
          </tr>
          <tr>
            <th scope="col">Epoch</th>
            <th scope="col">learning</th>
            <th scope="col">new</th>
            <th scope="col">learning</th>
            <th scope="col">new</th>
            <th scope="col">attacked</th>
            <th scope="col">Time</th>
          </tr>
        </thead>
        <tbody>${training.tableOpen ? history.map(row) : nothing}</tbody>
      </table>
    </div>
  </details>`;
}
