import { html, type TemplateResult } from 'lit/html.js';
import { wordsFor } from '../data_sets.js';
import { side } from '../digit.js';
import { capitalised, withArticle } from '../format.js';
import { networks } from '../networks.js';
import { paintGrey } from '../paint.js';
import type { Playground } from '../playground.js';
import { datasetOf, namesOf, pixelsOf } from '../state.js';
import { choice } from './choice.js';

/** How many samples are offered at a time. */
const offered = 10;

/** Which network is attacked. */
export function modelChoice(playground: Playground): TemplateResult {
  const all = networks();
  return html`
    ${choice({
      id: 'model',
      legend: 'Network',
      alternatives: all.map(({ id }) => ({ value: id, label: id })),
      chosen: playground.state.model,
      choose: (id) => playground.chooseNetwork(id),
      help: all.find(({ id }) => id === playground.state.model)?.summary,
    })}
    ${ownModel(playground)}`;
}

/** A network of the visitor's; files may be dropped anywhere on the page, too. */
function ownModel(playground: Playground): TemplateResult {
  const take = ({ currentTarget }: Event) => {
    const input = currentTarget as HTMLInputElement;
    const files = [...(input.files ?? [])];
    // So that the same file can be taken once more.
    input.value = '';
    if (files.length > 0) void playground.openFiles(files);
  };
  const ask = ({ currentTarget }: Event) =>
    (currentTarget as HTMLElement).parentElement?.querySelector('input')?.click();
  return html`
    <p class="own">
      <button type="button" aria-describedby="own-model-help" @click=${ask}>Your own …</button>
      <input type="file" id="own-model" aria-label="Files of a model" hidden multiple accept=".onnx,.json,.bin" @change=${take}>
      <span class="help" id="own-model-help">An ONNX file, or a model.json of TensorFlow.js with its weights. You can also
        drop it here.</span>
    </p>`;
}

/** Which image: one of the samples of the network's data set, or where one can draw such images, one's own. */
export function imageChoice(playground: Playground): TemplateResult {
  const { one, drawable } = wordsFor(datasetOf(playground.state));
  const legend = capitalised(one);
  if (!drawable) return gallery(playground, legend);
  return html`
    ${choice({
      id: 'source',
      legend,
      alternatives: [
        { value: 'sample', label: 'Pick one' },
        { value: 'drawing', label: 'Draw one' },
      ],
      chosen: playground.state.source,
      choose: (source) => playground.change({ source: source as 'sample' | 'drawing' }),
    })}
    ${playground.state.source === 'drawing' ? pad(playground) : gallery(playground)}`;
}

/** Under a legend of its own, where no choice stands above it. */
function gallery(playground: Playground, legend?: string): TemplateResult {
  const { state, results } = playground;
  const first = state.sample - (state.sample % offered);
  const names = namesOf(state, results.info);
  const nameOf = (sample: number) => {
    const name = names[results.samples?.labels[sample] ?? -1];
    return `Sample ${sample + 1}${name === undefined ? '' : `, ${withArticle(name)}`}`;
  };
  const tile = (sample: number) => {
    const pixels = pixelsOf({ ...state, source: 'sample', sample }, results.samples);
    const image = paintGrey(pixels ?? new Uint8Array(side * side), 0, 255, side);
    return {
      value: String(sample),
      label: html`<pixel-image .image=${image}></pixel-image>`,
      name: nameOf(sample),
    };
  };
  const total = results.samples?.labels.length ?? offered;
  return html`<div class="gallery ${legend ? '' : 'below'}">
    ${choice({
      id: 'sample',
      legend: legend ?? html`<span class="unseen">Samples</span>`,
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
