/** How long something must stand before it is read out, and its link written. */
const calmMilliseconds = 500;

/** Does something once what is shown has come to rest. */
export class Calm {
  readonly #work: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(work: () => void) {
    this.#work = work;
  }

  /** What is shown has changed: waits from now on. */
  wait(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#work, calmMilliseconds);
  }

  cancel(): void {
    clearTimeout(this.#timer);
  }
}
