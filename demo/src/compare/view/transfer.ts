import { html, nothing, type TemplateResult } from 'lit/html.js';
import { attackNamed } from '../../../../web/src/element/attacks.js';
import { classNamesOf } from '../../../../web/src/element/data_sets.js';
import { percent, withArticle } from '../../../../web/src/element/format.js';
import { texts } from '../../texts/compare.js';
import { type Compare, chosenIn, keyOf } from '../compare.js';
import { pictureOf } from '../pictures.js';
import { networksOf } from '../settings.js';

/** One image, and what each network says of it. */
export function transfer(compare: Compare): TemplateResult {
  const { state, cells } = compare;
  const chosen = chosenIn(state, cells);
  const found = chosen && cells.get(keyOf(chosen.attack, chosen.model));
  return html`<section class="transfer" aria-labelledby="transfer">
    <h2 id="transfer">${texts.transfer}</h2>
    ${chosen && found ? shown(compare, chosen, found.finding.adversarial) : html`<p class="help">${texts.noTransfer}</p>`}
  </section>`;
}

function shown(compare: Compare, chosen: { attack: string; model: string }, image: Float32Array): TemplateResult {
  const { state, info, transferred, label } = compare;
  const { lower = 0, upper = 1 } = info?.input ?? {};
  const names = classNamesOf(state.data);
  const all = networksOf(state);
  const others = all.map(({ id }) => id).filter((id) => id !== chosen.model);
  // Whoever was wrong about the original is not taken in by what was made of it.
  const fooled = others.filter(
    (id) => transferred.has(id) && transferred.get(id)?.label !== label && compare.before.get(id)?.label === label,
  );
  const made = texts.transferOf(attackNamed(chosen.attack)?.name ?? chosen.attack, chosen.model);
  return html`
    <p class="made">${made}. ${label !== undefined && transferred.size > 0 ? texts.transferVerdict(withArticle(names[label] ?? ''), fooled, others) : nothing}</p>
    <div class="around">
      <mlsec-pixel-image role="img" aria-label=${made} .image=${pictureOf(image, lower, upper)}></mlsec-pixel-image>
      <div class="scrolling" tabindex="0" role="group" aria-label=${texts.transferTable}>
        <table class="readings">
          <caption class="unseen">${texts.transferTable}</caption>
          <thead>
            <tr>
              <th scope="col">${texts.class}</th>
              ${all.map(({ id }) => html`<th scope="col">${id}${id === chosen.model ? html` <span>${texts.madeFor}</span>` : nothing}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${names.map(
              (name, index) => html`<tr class=${index === label ? 'right' : nothing}>
                <th scope="row">${name}</th>
                ${all.map(({ id }) => bar(compare, id, index))}
              </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </div>`;
}

function bar({ transferred, label }: Compare, model: string, index: number): TemplateResult {
  const reading = transferred.get(model);
  const share = reading?.probabilities[index] ?? 0;
  const look = reading?.label === index ? (index === label ? 'is' : 'is fooled') : '';
  const words = !reading ? '' : share < 0.005 ? html`<span class="unseen">${percent(share)}</span>` : percent(share);
  return html`<td class=${look}>
    <span class="bar"><svg aria-hidden="true"><rect width="${100 * share}%" height="100%"></rect></svg><span class="percent">${words}</span></span>
  </td>`;
}
