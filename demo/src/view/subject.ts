import { html, type TemplateResult } from 'lit/html.js';
import { catalog } from 'mlsec/catalog';
import { side } from '../digit.js';
import { paintGrey } from '../paint.js';
import type { Playground } from '../playground.js';
import { pixelsOf } from '../state.js';
import { choice } from './choice.js';

/** How many samples are offered at a time. */
const offered = 10;

/** Which network is attacked. */
export function modelChoice(playground: Playground): TemplateResult {
  const { models } = catalog();
  return choice({
    id: 'model',
    legend: 'Network',
    alternatives: models.map(({ id }) => ({ value: id, label: id })),
    chosen: playground.state.model,
    choose: (model) => playground.change({ model }),
    help: models.find(({ id }) => id === playground.state.model)?.summary,
  });
}

/** Which digit: one of the samples, or one's own. */
export function digitChoice(playground: Playground): TemplateResult {
  const drawing = playground.state.source === 'drawing';
  return html`
    ${choice({
      id: 'source',
      legend: 'Digit',
      alternatives: [
        { value: 'sample', label: 'Pick one' },
        { value: 'drawing', label: 'Draw one' },
      ],
      chosen: playground.state.source,
      choose: (source) => playground.change({ source: source as 'sample' | 'drawing' }),
    })}
    ${drawing ? pad(playground) : gallery(playground)}`;
}

function gallery(playground: Playground): TemplateResult {
  const { state, results } = playground;
  const first = state.sample - (state.sample % offered);
  const tile = (sample: number) => {
    const pixels = pixelsOf({ ...state, source: 'sample', sample }, results.digits);
    const image = paintGrey(pixels ?? new Uint8Array(side * side), 0, 255, side);
    return {
      value: String(sample),
      label: html`<pixel-image .image=${image}></pixel-image>`,
      name: `Sample ${sample + 1}, a ${results.digits?.labels[sample] ?? 'digit'}`,
    };
  };
  const total = results.digits?.labels.length ?? offered;
  return html`<div class="gallery">
    ${choice({
      id: 'sample',
      legend: html`<span class="unseen">Handwritten digits</span>`,
      alternatives: Array.from({ length: offered }, (_, index) => tile(first + index)),
      chosen: String(state.sample),
      choose: (sample) => playground.change({ sample: Number(sample) }),
      look: 'tiles',
    })}
    <button type="button" @click=${() => playground.change({ sample: (state.sample + offered) % total })}>Another ten</button>
  </div>`;
}

function pad(playground: Playground): TemplateResult {
  return html`<div class="pad ${playground.state.drawing ? '' : 'empty'}">
    <drawing-pad
      role="img"
      aria-label="Square to draw a digit in, with mouse, pen or finger. With the keyboard, pick one instead."
      .digit=${playground.state.drawing}
      @drawn=${(event: CustomEvent<Uint8Array>) => playground.change({ drawing: event.detail })}
    ></drawing-pad>
    <div>
      <p class="help">Draw with mouse, pen or finger. The drawing is centred and made as small as the digits the network has learned from.</p>
      <button type="button" ?disabled=${!playground.state.drawing} @click=${() => playground.change({ drawing: undefined })}>
        Clear
      </button>
    </div>
  </div>`;
}
