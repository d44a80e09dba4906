import { html, nothing, type TemplateResult } from 'lit/html.js';
import { duration } from '../../../../web/src/element/format.js';
import { texts } from '../../texts/training.js';
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
    <summary>${texts.table}</summary>
    <div class="scrolling" tabindex="0" role="group" aria-label=${texts.tableName}>
      <table>
        <caption class="unseen">${texts.tableCaption}</caption>
        <thead>
          <tr>
            <td></td>
            <th scope="colgroup" colspan="2">${texts.loss}</th>
            <th scope="colgroup" colspan="3">${texts.accuracy}</th>
            <td></td>
          </tr>
          <tr>
            <th scope="col">${texts.epochFigure}</th>
            <th scope="col">${texts.learning}</th>
            <th scope="col">${texts.new}</th>
            <th scope="col">${texts.learning}</th>
            <th scope="col">${texts.new}</th>
            <th scope="col">${texts.attacked}</th>
            <th scope="col">${texts.time}</th>
          </tr>
        </thead>
        <tbody>${training.tableOpen ? history.map(row) : nothing}</tbody>
      </table>
    </div>
  </details>`;
}
