import { html, nothing, type TemplateResult } from 'lit/html.js';
import { side } from '../digit.js';
import { paintGrey } from '../paint.js';
import type { PictureSettings } from '../picture.js';
import type { Playground } from '../playground.js';
import { choice } from './choice.js';
import { askForFiles, takeFiles } from './subject.js';

/** Where a picture of the visitor's comes from, and how it is made to fit the network. */
export function pictureChoice(playground: Playground): TemplateResult {
  const { desk, texts } = playground;
  const open = async () => {
    await desk.openCamera();
    playground.draw();
  };
  return html`<div class="picture">
    <p class="sources">
      <span>
        <button type="button" @click=${askForFiles}>${texts.chooseFile}</button>
        <input
          type="file"
          id="own-picture"
          aria-label=${texts.pictureFile}
          hidden
          accept="image/*"
          @change=${(event: Event) => takeFiles(event, ([file]) => file && void desk.take(file))}
        >
      </span>
      <button type="button" @click=${() => void desk.paste()}>${texts.paste}</button>
      ${desk.stream ? nothing : html`<button type="button" data-heir="video + p button" @click=${open}>${texts.camera}</button>`}
    </p>
    ${desk.stream ? camera(playground) : nothing}
    <p class="help">${texts.pictureHelp}</p>
    ${outcome(playground)}
  </div>`;
}

function camera(playground: Playground): TemplateResult {
  const { desk, texts } = playground;
  const snap = ({ currentTarget }: Event) => {
    const video = (currentTarget as HTMLElement).closest('.camera')?.querySelector('video');
    if (video) void desk.snap(video);
  };
  const close = () => {
    desk.closeCamera();
    playground.draw();
  };
  return html`<div class="camera" data-heir=".picture .sources button">
    <video .srcObject=${desk.stream} autoplay muted playsinline aria-label=${texts.cameraView}></video>
    <p>
      <button type="button" class="main" @click=${snap}>${texts.takePicture}</button>
      <button type="button" @click=${close}>${texts.closeCamera}</button>
    </p>
  </div>`;
}

/** What was done to the picture, and what can be done otherwise. */
function outcome({ desk, texts, state }: Playground): TemplateResult | typeof nothing {
  if (!state.picture) return nothing;
  const { picture, settings } = desk;
  const image = html`<mlsec-pixel-image .image=${paintGrey(state.picture, 0, 255, side)}></mlsec-pixel-image>`;
  if (!picture) return html`<div class="outcome">${image}<p class="help">${texts.pictureFromLink}</p></div>`;
  const { name, width, height, colourful } = picture;
  const news = texts.pictureNews(name, width, height, settings.crop === 'whole', colourful, side);
  const box = (which: 'exchanged' | 'stretched') => html`<div class="field">
    <label for=${which}>${texts[which]}</label>
    <input
      type="checkbox"
      id=${which}
      aria-describedby="${which}-help"
      .checked=${settings[which]}
      @change=${(event: Event) => desk.change({ [which]: (event.target as HTMLInputElement).checked })}
    >
    <p class="help" id="${which}-help">${texts[`${which}Help`]}</p>
  </div>`;
  return html`
    <div class="outcome">${image}<p class="help">${news}</p></div>
    ${choice({
      id: 'crop',
      legend: texts.crop,
      alternatives: (['middle', 'whole'] as const).map((each) => ({ value: each, label: texts.crops[each] })),
      chosen: settings.crop,
      choose: (crop) => desk.change({ crop: crop as PictureSettings['crop'] }),
      disabled: width === height,
    })}
    ${box('exchanged')} ${box('stretched')}`;
}
