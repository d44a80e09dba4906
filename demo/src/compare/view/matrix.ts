import { html, nothing, type TemplateResult } from 'lit/html.js';
import { attackNamed } from '../../../../web/src/element/attacks.js';
import { classNamesOf } from '../../../../web/src/element/data_sets.js';
import { percent, short } from '../../../../web/src/element/format.js';
import type { Reading } from '../../../../web/src/element/laboratory.js';
import { normWords } from '../../../../web/src/element/norms.js';
import { texts } from '../../texts/compare.js';
import { pictureOf, samplePicture } from '../../view/pictures.js';
import { type Compare, chosenIn, distanceIn, keyOf } from '../compare.js';
import { networksOf } from '../settings.js';

/** A row for each attack, a column for each network. */
export function matrix(compare: Compare): TemplateResult {
  const { state, busy } = compare;
  const all = networksOf(state);
  return html`<div class="matrix">
    <div class="scrolling" tabindex="0" role="group" aria-label=${texts.matrix}>
      <table>
        <caption class="unseen">${texts.matrix}</caption>
        <thead>
          <tr>
            <td></td>
            ${all.map(({ id }) => html`<th scope="col">${id}</th>`)}
          </tr>
        </thead>
        <tbody>
          <tr class="original">
            <th scope="row">${original(compare)} ${texts.asItIs}</th>
            ${all.map(({ id }) => html`<td>${seen(compare, compare.before.get(id))}</td>`)}
          </tr>
          ${state.attacks.map(
            (attack) => html`<tr>
              <th scope="row">
                ${nameOf(attack)}
                <button type="button" class="remove" aria-label=${texts.remove(nameOf(attack))} @click=${() => compare.remove(attack)}>×</button>
              </th>
              ${all.map(({ id }) => cell(compare, attack, id))}
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="help">
      ${texts.matrixHelp}
      ${busy && compare.current ? html`<button type="button" @click=${() => compare.stop()}>${texts.stop}</button>` : nothing}
    </p>
  </div>`;
}

function original({ samples, state }: Compare): TemplateResult {
  return html`<mlsec-pixel-image aria-hidden="true" .image=${samplePicture(samples, state.sample)}></mlsec-pixel-image>`;
}

function cell(compare: Compare, attack: string, model: string): TemplateResult {
  const { state, info, cells, current } = compare;
  const key = keyOf(attack, model);
  const found = cells.get(key);
  const { lower = 0, upper = 1 } = info?.input ?? {};
  if (!found) {
    return html`<td><span class="pending ${current === key ? 'current' : ''}"><span class="unseen">${texts.pending}</span></span></td>`;
  }
  const { finding, outcome } = found;
  const chosen = chosenIn(state, cells);
  const pressed = chosen?.attack === attack && chosen.model === model;
  const distance = `${short(distanceIn(state.norm, finding))} ${normWords(state.norm).symbol}`;
  return html`<td>
    <button
      type="button"
      class="cell ${outcome} ${compare.stale(key) && current === key ? 'stale' : ''}"
      aria-pressed=${pressed}
      @click=${() => compare.change({ chosen: { attack, model } })}
    >
      <mlsec-pixel-image .image=${pictureOf(finding.adversarial, lower, upper)}></mlsec-pixel-image>
      <span class="seen"><span class="unseen">${texts.cell(nameOf(attack), model)}</span> ${seen(compare, finding.after)}</span>
      <span class="outcome">${texts.outcomes[outcome]}</span>
      <span class="distance">${distance} <span class="unseen">${texts.show}</span></span>
    </button>
  </td>`;
}

/** What a network sees, and how sure it is. */
function seen(compare: Compare, reading: Reading | undefined): TemplateResult {
  if (!reading) return html`–`;
  return html`<b>${className(compare, reading.label)}</b> ${percent(reading.probabilities[reading.label] ?? 0)}`;
}

function className({ state }: Compare, label: number): string {
  return classNamesOf(state.data)[label] ?? String(label);
}

function nameOf(attack: string): string {
  return attackNamed(attack)?.name ?? attack;
}
