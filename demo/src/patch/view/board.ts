import { live } from 'lit/directives/live.js';
import { html, nothing, svg, type TemplateResult } from 'lit/html.js';
import { side } from '../../../../web/src/element/digit.js';
import { paintGrey } from '../../../../web/src/element/paint.js';
import { texts } from '../../texts/patch.js';
import { readings } from '../../view/readings.js';
import { largestScale, namesOf, smallestScale } from '../settings.js';
import type { Workshop } from '../workshop.js';

/** From the patch's edge to its knob, in pixels of the image. */
const knobDistance = 2.4;

/** The image with the patch on it, and what the network says of it. */
export function board(workshop: Workshop): TemplateResult {
  const { state, samples, sight, chosen, placed } = workshop;
  const names = namesOf(state);
  const label = samples?.labels[state.sample];
  const { lower, upper } = workshop.patch?.input ?? { lower: 0, upper: 1 };
  const image =
    placed instanceof Uint8Array ? paintGrey(placed, 0, 255, side) : placed && paintGrey(placed, lower, upper, side);
  return html`
    <div class="board">
      <div>
        <div class="under">
          <mlsec-pixel-image role="img" aria-label=${texts.picture(names[label ?? -1] ?? '', state.sample)} .image=${image}></mlsec-pixel-image>
          ${workshop.patch ? outline(workshop) : nothing}
        </div>
        <p class="help">${texts.stageHelp}</p>
      </div>
      <div class="said">
        ${readings({
          caption: texts.readings,
          heading: texts.class,
          names,
          label,
          columns: [
            { name: texts.original, reading: sight?.before[chosen] },
            { name: texts.withPatch, reading: sight?.after[chosen] },
          ],
        })}
        ${places(workshop)}
      </div>
    </div>`;
}

/** The edge of the patch, by which it is dragged, and a knob to turn and scale it. */
function outline(workshop: Workshop): TemplateResult {
  const { patch, state } = workshop;
  const { row, column, scale, rotation } = state.place;
  const half = ((patch?.shape[0] ?? 0) * scale) / 2;
  const shape =
    patch?.form === 'round'
      ? svg`<circle class="edge" r=${half}></circle>`
      : svg`<rect class="edge" x=${-half} y=${-half} width=${2 * half} height=${2 * half}></rect>`;
  const put = (event: MouseEvent) => {
    const at = placeOf(event);
    if (event.target === event.currentTarget) workshop.put({ row: at.row, column: at.column });
  };
  const drag = (event: PointerEvent) => {
    const from = placeOf(event);
    follow(event, (at) => workshop.put({ row: row + at.row - from.row, column: column + at.column - from.column }));
  };
  const turn = (event: PointerEvent) => {
    follow(event, (at) => {
      const [down, right] = [at.row - row, at.column - column];
      const length = Math.max(0, Math.hypot(down, right) - knobDistance);
      const turned = (Math.atan2(-right, -down) * 180) / Math.PI;
      workshop.put({ rotation: Math.round(turned / 3) * 3, scale: (2 * length) / (patch?.shape[0] ?? 1) });
    });
  };
  // Pixels have their middles at whole numbers.
  return html`<svg class="outline" viewBox="-0.5 -0.5 ${side} ${side}" aria-hidden="true" @click=${put}>
    <g transform="translate(${column} ${row}) rotate(${-rotation})">
      <g class="grip" @pointerdown=${drag}>${shape}</g>
      <line y1=${-half} y2=${-half - knobDistance}></line>
      <circle class="knob" cy=${-half - knobDistance} r="1" @pointerdown=${turn}></circle>
    </g>
  </svg>`;
}

/** Where on the image a pointer is. */
function placeOf({ currentTarget, clientX, clientY }: MouseEvent): { row: number; column: number } {
  const board = (currentTarget as Element).closest('svg') as SVGSVGElement;
  const { left, top, width, height } = board.getBoundingClientRect();
  return { row: ((clientY - top) / height) * side - 0.5, column: ((clientX - left) / width) * side - 0.5 };
}

/** Calls `move` with every place the pointer goes to, until it is lifted. */
function follow(event: PointerEvent, move: (at: { row: number; column: number }) => void): void {
  const grip = event.currentTarget as Element;
  event.preventDefault();
  grip.setPointerCapture(event.pointerId);
  const ended = new AbortController();
  const { signal } = ended;
  grip.addEventListener('pointermove', (each) => move(placeOf(each as PointerEvent)), { signal });
  for (const end of ['pointerup', 'pointercancel']) grip.addEventListener(end, () => ended.abort(), { signal });
}

/** The same for whoever has no pointer. */
function places(workshop: Workshop): TemplateResult {
  const { row, column, scale, rotation } = workshop.state.place;
  const slider = (
    name: 'row' | 'column' | 'scale' | 'rotation',
    label: string,
    value: number,
    [low, high, step]: readonly [number, number, number],
    words: string,
  ) => html`<div class="place">
    <label for="place-${name}">${label}</label>
    <input
      type="range"
      id="place-${name}"
      min=${low}
      max=${high}
      step=${step}
      aria-valuetext=${words}
      .value=${live(String(value))}
      @input=${(event: Event) => workshop.put({ [name]: (event.target as HTMLInputElement).valueAsNumber })}
    >
    <output for="place-${name}" aria-live="off">${words}</output>
  </div>`;
  const pixels = [0, side - 1, 0.25] as const;
  return html`<fieldset class="places">
    <legend class="unseen">${texts.places}</legend>
    ${slider('column', texts.across, column, pixels, String(Math.round(column)))}
    ${slider('row', texts.down, row, pixels, String(Math.round(row)))}
    ${slider('scale', texts.scale, scale, [smallestScale, largestScale, 0.05], texts.times(scale))}
    ${slider('rotation', texts.turn, rotation, [-180, 180, 5], texts.degrees(rotation))}
    <button type="button" @click=${() => workshop.putAnywhere()}>${texts.anywhere}</button>
  </fieldset>`;
}
