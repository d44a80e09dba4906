import { html, nothing, type TemplateResult } from 'lit/html.js';
import { wordsFor } from '../data_sets.js';
import { capitalised } from '../format.js';
import { sampleCount } from '../laboratory.js';
import { networkNamed, networks } from '../networks.js';
import { paintPixels } from '../paint.js';
import type { Playground } from '../playground.js';
import { datasetOf, namesOf, pixelsOf, type State, shapeOf } from '../state.js';
import { choice } from './choice.js';
import { remembered } from './remembered.js';

/** How many samples are offered at a time. */
const offered = 10;

/** Which network is attacked. */
export function modelChoice(playground: Playground): TemplateResult {
  const all = networks();
  return html`
    ${choice({
      id: 'model',
      legend: playground.texts.network,
      alternatives: all.map(({ id }) => ({ value: id, label: id })),
      chosen: playground.state.model,
      choose: (id) => playground.chooseNetwork(id),
      help: all.find(({ id }) => id === playground.state.model)?.summary,
    })}
    ${ownModel(playground)}`;
}

/** A network of the visitor's; files may be dropped, too. */
function ownModel(playground: Playground): TemplateResult {
  const { texts, own } = playground;
  return html`
    <p class="own">
      <button type="button" aria-describedby="own-model-help" @click=${askForFiles}>${texts.ownModel}</button>
      <input
        type="file"
        id="own-model"
        aria-label=${texts.ownModelFiles}
        hidden
        multiple
        accept=".onnx,.json,.bin,.txt"
        @change=${(event: Event) => takeFiles(event, (files) => void playground.openFiles(files))}
      >
      <span class="help" id="own-model-help">${texts.ownModelHelp}</span>
    </p>
    ${own ? own.view(playground, own.models) : nothing}`;
}

/** Opens the browser's choice of files, for the field beside a button. */
export function askForFiles({ currentTarget }: Event): void {
  (currentTarget as HTMLElement).parentElement?.querySelector('input')?.click();
}

export function takeFiles({ currentTarget }: Event, take: (files: File[]) => void): void {
  const input = currentTarget as HTMLInputElement;
  const files = [...(input.files ?? [])];
  // So that the same file can be taken once more.
  input.value = '';
  if (files.length > 0) take(files);
}

/** Which image: one of the samples of the network's data set, a picture, or where one can draw such images, a drawing. */
export function imageChoice(playground: Playground): TemplateResult {
  const { texts, state } = playground;
  const { one, drawable } = wordsFor(datasetOf(state), texts);
  const picture = () => playground.pictures?.view(playground, playground.pictures.desk) ?? nothing;
  const drawing = () => playground.pad?.(playground) ?? nothing;
  const parts = { sample: gallery, drawing, picture };
  return html`
    ${choice({
      id: 'source',
      legend: capitalised(one),
      alternatives: [
        { value: 'sample', label: texts.pickOne },
        ...(drawable ? [{ value: 'drawing', label: texts.drawOne }] : []),
        { value: 'picture', label: texts.yourPicture },
      ],
      chosen: state.source,
      choose: (source) => playground.change({ source: source as State['source'] }),
    })}
    <div class="below">${parts[state.source](playground)}</div>`;
}

function gallery(playground: Playground): TemplateResult {
  const { state, results, texts } = playground;
  const { samples, origin } = networkNamed(state.model);
  const count = samples?.inputs.shape[0] ?? sampleCount;
  const first = state.sample - (state.sample % offered);
  // Those of a visitor's network are not those of the samples.
  const names = origin === 'file' ? [] : namesOf(state, results.info);
  const shape = shapeOf(state);
  const tile = (sample: number) => {
    const pixels = pixelsOf({ ...state, source: 'sample', sample }, results.samples);
    return {
      value: String(sample),
      label: html`<mlsec-pixel-image .image=${pixels ? thumbnail(pixels, shape) : undefined}></mlsec-pixel-image>`,
      name: texts.sample(sample + 1, names[results.samples?.labels[sample] ?? -1]),
    };
  };
  return html`<div class="gallery">
    ${choice({
      id: 'sample',
      legend: html`<span class="unseen">${texts.samples}</span>`,
      alternatives: Array.from({ length: Math.min(offered, count - first) }, (_, index) => tile(first + index)),
      chosen: String(state.sample),
      choose: (sample) => playground.change({ sample: Number(sample) }),
      look: 'tiles',
    })}
    ${
      count <= offered
        ? html`<p class="help">${texts.scenes}</p>`
        : html`<button type="button" @click=${() => playground.change({ sample: (state.sample + offered) % count })}>
            ${texts.anotherTen}
          </button>`
    }
  </div>`;
}

const thumbnail = remembered(paintPixels);
