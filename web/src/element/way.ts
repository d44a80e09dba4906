import type { Reading } from './laboratory.js';

/** How long the whole way takes to play, and how long an image stays at least and at most. */
const playMilliseconds = 4000;
const [shortest, longest] = [40, 400];

/** The images an attack tried, to be looked at one by one, or played. The one behind the last is the result. */
export class Way {
  images: readonly Float32Array[] = [];
  /** Which image is looked at; undefined for the result. */
  at: number | undefined;
  /** What the network says of that image, once it has. */
  reading: Reading | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  readonly #draw: () => void;
  readonly #read: (image: Float32Array) => Promise<Reading>;

  constructor(draw: () => void, read: (image: Float32Array) => Promise<Reading>) {
    this.#draw = draw;
    this.#read = read;
  }

  get image(): Float32Array | undefined {
    return this.at === undefined ? undefined : this.images[this.at];
  }

  get playing(): boolean {
    return this.#timer !== undefined;
  }

  /** Another attack's way, at its result. */
  follow(images: readonly Float32Array[]): void {
    this.pause();
    this.images = images;
    this.#look(undefined);
  }

  /** Looks at an image of the way; any number behind the last is the result. */
  go(index: number): void {
    this.pause();
    this.#look(index);
  }

  /** From where it is; from the start where it is at its end. */
  play(): void {
    this.pause();
    if (this.images.length === 0) return;
    const pause = Math.min(longest, Math.max(shortest, playMilliseconds / this.images.length));
    // A long way is played in strides.
    const stride = Math.max(1, Math.round((pause * this.images.length) / playMilliseconds));
    this.#look(this.at ?? 0);
    this.#timer = setInterval(() => {
      this.#look((this.at ?? 0) + stride);
      if (this.at === undefined) this.pause();
    }, pause);
  }

  pause(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#draw();
  }

  #look(index: number | undefined): void {
    this.at = index === undefined || index >= this.images.length ? undefined : Math.max(0, index);
    this.reading = undefined;
    const { image } = this;
    if (image) {
      // What fails here has failed, or will, where the attack is shown.
      this.#read(image).then(
        (reading) => {
          if (this.image !== image) return;
          this.reading = reading;
          this.#draw();
        },
        () => {},
      );
    }
    this.#draw();
  }
}
