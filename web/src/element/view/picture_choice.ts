import { html, nothing, type TemplateResult } from 'lit/html.js';
import { digitShape, sameImages } from '../image_shape.js';
import { paintPixels } from '../paint.js';
import { isColourful, type PictureSettings } from '../picture.js';
import type { PictureDesk } from '../picture_desk.js';
import type { Playground } from '../playground.js';
import { shapeOf } from '../state.js';
import { choice } from './choice.js';
import { remembered } from './remembered.js';
import { askForFiles, takeFiles } from './subject.js';
import { truth } from './truth.js';

/** Where a picture of the visitor's comes from, and how it is made to fit the network. */
export function pictureChoice(playground: Playground, desk: PictureDesk): TemplateResult {
  const { texts } = playground;
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
    ${desk.stream ? camera(playground, desk) : nothing}
    <p class="help">${texts.pictureHelp}</p>
    ${outcome(playground, desk)} ${playground.state.picture ? truth(playground) : nothing}
  </div>`;
}

function camera(playground: Playground, desk: PictureDesk): TemplateResult {
  const { texts } = playground;
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
function outcome({ texts, state }: Playground, desk: PictureDesk): TemplateResult | typeof nothing {
  if (!state.picture) return nothing;
  const { picture, settings } = desk;
  const shape = shapeOf(state);
  const image = html`<mlsec-pixel-image .image=${thumbnail(state.picture, shape)}></mlsec-pixel-image>`;
  if (!picture) return html`<div class="outcome">${image}<p class="help">${texts.pictureFromLink}</p></div>`;
  const { name, width, height, bitmap } = picture;
  const fits = width * shape.height === height * shape.width;
  const how = fits ? 'asItIs' : settings.crop;
  const news = texts.pictureNews(name, { width, height }, how, shape, shape.channels === 1 && colourful(bitmap));
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
      alternatives: (['middle', 'whole'] as const).map((each) => ({ value: each, label: texts.cropsOf(each, shape) })),
      chosen: settings.crop,
      choose: (crop) => desk.change({ crop: crop as PictureSettings['crop'] }),
      disabled: fits,
    })}
    ${sameImages(shape, digitShape) ? html`${box('exchanged')} ${box('stretched')}` : nothing}`;
}

const thumbnail = remembered(paintPixels);
const colourful = remembered(isColourful);
