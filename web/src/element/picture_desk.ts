import type { ImageShape } from './image_shape.js';
import { networkImage, openPicture, type Picture, type PictureSettings, settingsFor } from './picture.js';
import type { Texts } from './texts.js';

/** Where a picture of the visitor's comes in: from a file, the clipboard or the camera. */
export class PictureDesk {
  picture: Picture | undefined;
  settings: PictureSettings = { crop: 'middle', exchanged: false, stretched: true };
  /** What the camera sees, while it is open. */
  stream: MediaStream | undefined;
  readonly #give: (image: Uint8Array) => void;
  readonly #say: (words: string) => void;
  readonly #texts: () => Texts;
  readonly #shape: () => ImageShape;
  #opening = false;

  /** @param give takes the image as the network gets it, of the present `shape`; `say` what goes wrong, and what is new. */
  constructor(
    give: (image: Uint8Array) => void,
    say: (words: string) => void,
    texts: () => Texts,
    shape: () => ImageShape,
  ) {
    this.#give = give;
    this.#say = say;
    this.#texts = texts;
    this.#shape = shape;
  }

  /** Takes a picture from a file, or says that it is none. */
  async take(file: Blob, name = file instanceof File ? file.name : this.#texts().pasted): Promise<void> {
    const picture = await openPicture(file).catch(() => undefined);
    if (picture) this.#receive(name, picture);
    else this.#say(this.#texts().noPicture(name));
  }

  /** Takes the picture that was copied last. */
  async paste(): Promise<void> {
    const items = await navigator.clipboard?.read?.().catch(() => undefined);
    if (!items) return this.#say(this.#texts().pasteRefused);
    for (const item of items) {
      const type = item.types.find((each) => each.startsWith('image/'));
      if (type) return this.take(await item.getType(type), this.#texts().pasted);
    }
    this.#say(this.#texts().nothingToPaste);
  }

  change(changes: Partial<PictureSettings>): void {
    if (!this.picture) return;
    this.settings = { ...this.settings, ...changes };
    this.#give(networkImage(this.picture.bitmap, this.settings, this.#shape()));
  }

  async openCamera(): Promise<void> {
    if (this.stream || this.#opening) return;
    this.#opening = true;
    try {
      const video = { facingMode: 'environment', width: { ideal: 640 }, height: { ideal: 640 } };
      const stream = await navigator.mediaDevices.getUserMedia({ video });
      // Closed while the browser asked.
      if (!this.#opening) return stop(stream);
      this.stream = stream;
      this.#say('');
    } catch (error) {
      const { cameraRefused, noCamera } = this.#texts();
      this.#say((error as Error).name === 'NotAllowedError' ? cameraRefused : noCamera);
    } finally {
      this.#opening = false;
    }
  }

  /** Takes what the camera sees now, and closes it. */
  async snap(video: HTMLVideoElement): Promise<void> {
    const bitmap = await frameOf(video);
    this.closeCamera();
    if (bitmap) this.#receive(this.#texts().snapshot, { width: bitmap.width, height: bitmap.height, bitmap });
    else this.#say(this.#texts().noCamera);
  }

  closeCamera(): void {
    this.#opening = false;
    if (this.stream) stop(this.stream);
    this.stream = undefined;
  }

  #receive(name: string, { width, height, bitmap }: Pick<Picture, 'width' | 'height' | 'bitmap'>): void {
    this.picture?.bitmap.close();
    this.picture = { name, width, height, bitmap };
    this.#give(this.fitted(this.#shape()) as Uint8Array);
  }

  /** The picture as another network gets it, where there is one. */
  fitted(shape: ImageShape): Uint8Array | undefined {
    if (!this.picture) return undefined;
    const { bitmap } = this.picture;
    this.settings = settingsFor(bitmap, shape);
    return networkImage(bitmap, this.settings, shape);
  }
}

/** What a camera sees; undefined where it shows nothing for long. A camera is open before its first frame can be had. */
async function frameOf(video: HTMLVideoElement): Promise<ImageBitmap | undefined> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const bitmap = await createImageBitmap(video).catch(() => undefined);
    if (bitmap) return bitmap;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return undefined;
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
