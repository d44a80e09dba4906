/** How long work may take before a newer question ends it: quick answers come through while a slider moves. */
const patienceMilliseconds = 250;

/** Works on one question at a time, and of those that come in meanwhile remembers only the last. */
export class Latest<Question> {
  readonly #work: (question: Question, signal: AbortSignal) => Promise<void>;
  #running: AbortController | undefined;
  #startedAt = 0;
  #next: { question: Question } | undefined;
  #impatience: ReturnType<typeof setTimeout> | undefined;

  /** @param work must end soon after its signal, and must not reject. */
  constructor(work: (question: Question, signal: AbortSignal) => Promise<void>) {
    this.#work = work;
  }

  ask(question: Question): void {
    this.#next = { question };
    if (!this.#running) return void this.#proceed();
    const left = this.#startedAt + patienceMilliseconds - performance.now();
    this.#impatience ??= setTimeout(() => this.#running?.abort(), Math.max(0, left));
  }

  /** Ends what is under way for that reason, and forgets what waits. */
  cancel(reason: unknown): void {
    this.#next = undefined;
    this.#running?.abort(reason);
  }

  async #proceed(): Promise<void> {
    while (this.#next) {
      const { question } = this.#next;
      this.#next = undefined;
      this.#running = new AbortController();
      this.#startedAt = performance.now();
      await this.#work(question, this.#running.signal);
      clearTimeout(this.#impatience);
      this.#impatience = undefined;
    }
    this.#running = undefined;
  }
}
