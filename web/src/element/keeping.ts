import type { Results } from './experiment.js';
import type * as Files from './files.js';
import { imageShapeOf, toPixels } from './image_shape.js';
import type { Finding, Reading } from './laboratory.js';

/** Whether a result survives being saved as an image; looked up while someone wants to know. */
export class Keeping {
  /** What the network says of the adversarial image rounded to bytes. */
  rounded: Reading | undefined;
  /** What makes files of a result; its code is fetched when someone wants to save one. */
  files: typeof Files | undefined;
  #open = false;
  #results: Results = {};
  readonly #draw: () => void;
  readonly #read: (image: Uint8Array) => Promise<Reading>;

  constructor(draw: () => void, read: (image: Uint8Array) => Promise<Reading>) {
    this.#draw = draw;
    this.#read = read;
  }

  get open(): boolean {
    return this.#open;
  }

  set open(open: boolean) {
    if (open === this.#open) return;
    this.#open = open;
    if (open) void this.fetch();
    this.follow(this.#results);
  }

  /** What fails is tried again the next time. */
  async fetch(): Promise<void> {
    this.files ??= await import('./files.js').catch(() => undefined);
    this.#draw();
  }

  /** Another result. */
  follow(results: Results): void {
    this.#results = { ...results };
    this.rounded = undefined;
    const bytes = this.#open && roundedImage(results);
    if (!bytes) return this.#draw();
    const { finding } = results;
    this.#read(bytes).then(
      (reading) => {
        if (this.#results.finding !== finding) return;
        this.rounded = reading;
        this.#draw();
      },
      () => {},
    );
  }
}

/** The adversarial image pixel after pixel, a byte a channel. */
export function roundedImage({ finding, info }: Results): Uint8Array | undefined {
  const shape = info && imageShapeOf(info.input);
  return finding && shape ? toPixels(finding.adversarial, shape, info.input) : undefined;
}

/** Whether the rounded image does what the exact one did. */
export function survives({ target }: Finding, before: Reading, rounded: Reading): boolean {
  return target === undefined ? rounded.label !== before.label : rounded.label === target;
}
