import { html, nothing, type TemplateResult } from 'lit/html.js';
import { shownClasses } from '../classes.js';
import { percent } from '../format.js';
import type { Reading } from '../laboratory.js';
import type { Playground } from '../playground.js';
import { namesOf } from '../state.js';

/** How sure the network is of each class: before on the left, after on the right, the classes in between. */
export function bars({
  state,
  results: { info, before, finding, verdict },
  overdue,
  texts,
}: Playground): TemplateResult {
  const after = finding?.after;
  const names = namesOf(state, info);
  const shown = shownClasses(names.length, { before, after, target: finding?.target });
  const row = (index: number) => {
    const chosen = [before?.label === index && 'was', after?.label === index && 'is'].filter(Boolean).join(' ');
    return html`<tr class=${chosen || nothing}>
      <td class="before">${bar(before, index)}</td>
      <th scope="row" title=${names[index] ?? nothing}>${names[index]}</th>
      <td class="after">${bar(after, index)}</td>
    </tr>`;
  };
  return html`
    <table part="bars" class="bars ${verdict?.fooled && !overdue ? 'fooled' : ''} ${shown.length < names.length ? 'few' : ''}">
      <caption class=${shown.length < names.length ? 'help' : 'unseen'}>${shown.length < names.length ? texts.barsOf(shown.length, names.length) : texts.bars}</caption>
      <colgroup>
        <col>
        <col class="class">
        <col>
      </colgroup>
      <thead class="unseen">
        <tr><th scope="col">${texts.beforeAttack}</th><th scope="col">${texts.classOf}</th><th scope="col">${texts.afterAttack}</th></tr>
      </thead>
      <tbody>${shown.map(row)}</tbody>
    </table>`;
}

function bar(reading: Reading | undefined, index: number): TemplateResult {
  const share = reading?.probabilities[index] ?? 0;
  const words = !reading ? '' : share < 0.005 ? html`<span class="unseen">${percent(share)}</span>` : percent(share);
  return html`<span class="bar"
    ><svg aria-hidden="true"><rect width="${100 * share}%" height="100%"></rect></svg><span class="percent">${words}</span
  ></span>`;
}
