import { live } from 'lit/directives/live.js';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import { attackNamed } from '../../../../web/src/element/attacks.js';
import { percent, short } from '../../../../web/src/element/format.js';
import { normWords } from '../../../../web/src/element/norms.js';
import { choice } from '../../../../web/src/element/view/choice.js';
import { chart, type Line } from '../../chart/chart.js';
import { texts } from '../../texts/compare.js';
import type { Compare, Measurement } from '../compare.js';
import { attacksIn, networksOf, sampleCounts, scaleIn } from '../settings.js';

const looks: Line['look'][] = ['attacked', 'new', 'third', 'learning'];

/** Robust accuracy of each network, drawn as it is measured. */
export function curves(compare: Compare): TemplateResult {
  const { state, measurement } = compare;
  const working = measurement?.state === 'under way';
  return html`<section class="curves" aria-labelledby="curves">
    <h2 id="curves">${texts.curves}</h2>
    <p class="help">${texts.curvesHelp}</p>
    <div class="asked">
      <div class="field wide">
        <label for="measure">${texts.measureBy}</label>
        <select
          id="measure"
          .value=${live(state.measure)}
          @change=${(event: Event) => compare.change({ measure: (event.target as HTMLSelectElement).value })}
        >
          ${attacksIn(state.norm).map(({ id, name }) => html`<option value=${id} ?selected=${id === state.measure}>${name}</option>`)}
        </select>
      </div>
      ${choice({
        id: 'samples',
        legend: texts.measureOn,
        alternatives: sampleCounts.map((count) => ({ value: String(count), label: count.toLocaleString('en') })),
        chosen: String(state.samples),
        choose: (samples) => compare.change({ samples: Number(samples) }),
      })}
      <button type="button" class="main" @click=${() => (working ? compare.stopMeasuring() : compare.measure())}>
        ${working ? texts.stopMeasuring : texts.measure}
      </button>
    </div>
    ${working ? html`<progress max="1" .value=${measurement.fraction} aria-label=${texts.measuring}></progress>` : nothing}
    ${measurement?.state === 'stopped' ? html`<p class="help">${texts.stopped}</p>` : nothing}
    ${drawn(compare, measurement)} ${measurement ? table(compare, measurement) : nothing}
  </section>`;
}

function drawn({ state }: Compare, measurement: Measurement | undefined): TemplateResult {
  const { maximum } = scaleIn({ norm: measurement?.norm ?? state.norm });
  const lines = (measurement?.curves ?? networksOf(state).map(({ id }) => ({ model: id, points: [] }))).map(
    ({ model, points }, index): Line => ({ name: model, look: looks[index % looks.length] ?? 'new', points }),
  );
  const symbol = normWords(measurement?.norm ?? state.norm).symbol;
  const by = measurement
    ? texts.measuredBy(attackNamed(measurement.attack)?.name ?? '', symbol, measurement.samples)
    : texts.noCurve;
  return chart({
    title: `${texts.curvesTitle}: ${by}`,
    lines,
    right: maximum,
    scale: [0, 0.25, 0.5, 0.75, 1].map((share) => `${share === 1 ? 'ε ' : ''}${short(share * maximum)}`),
    top: 1,
    write: percent,
    latest: false,
  });
}

/** The curves for whoever wants numbers. */
function table(compare: Compare, { curves, epsilons, norm }: Measurement): TemplateResult {
  const toggle = (event: Event) => {
    compare.tableOpen = (event.target as HTMLDetailsElement).open;
    compare.draw();
  };
  const valueAt = (points: readonly (readonly [number, number])[], epsilon: number) =>
    points.find(([each]) => each === epsilon)?.[1];
  return html`<details ?open=${compare.tableOpen} @toggle=${toggle}>
    <summary>${texts.inNumbers}</summary>
    <div class="scrolling" tabindex="0" role="group" aria-label=${texts.inNumbers}>
      <table class="numbers">
        <caption class="unseen">${texts.curvesTitle}</caption>
        <thead>
          <tr>
            <th scope="col">ε ${normWords(norm).symbol}</th>
            ${curves.map(({ model }) => html`<th scope="col">${model}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${[0, ...epsilons].map(
            (epsilon) => html`<tr>
              <th scope="row">${short(epsilon)}</th>
              ${curves.map(({ points }) => {
                const value = valueAt(points, epsilon);
                return html`<td>${value === undefined ? '–' : percent(value)}</td>`;
              })}
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}
