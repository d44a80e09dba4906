import { html, nothing, type TemplateResult } from 'lit/html.js';
import { attackNamed } from '../../../../web/src/element/attacks.js';
import { classNamesOf } from '../../../../web/src/element/data_sets.js';
import { withArticle } from '../../../../web/src/element/format.js';
import { texts } from '../../texts/compare.js';
import { pictureOf } from '../../view/pictures.js';
import { readings } from '../../view/readings.js';
import { type Compare, chosenIn, keyOf } from '../compare.js';
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
      ${readings({
        caption: texts.transferTable,
        heading: texts.class,
        names,
        label,
        columns: all.map(({ id }) => ({
          name: id,
          note: id === chosen.model ? texts.madeFor : undefined,
          reading: transferred.get(id),
        })),
      })}
    </div>`;
}
