import type { AttackDescription } from 'mlsec';
import { perform, type Results } from './experiment.js';
import { spelledOut } from './format.js';
import { fetchTheRest } from './laboratory.js';
import { Latest } from './latest.js';
import { readLink, writeLink } from './link.js';
import { keepShared, type OptionValue } from './options.js';
import { attackOf, datasetOf, firstState, optionValuesOf, type State, sameSubject, withNetwork } from './state.js';
import { inWords } from './verdict.js';

/** An error in words, and the option it is about. */
export interface Problem {
  words: string;
  field: string;
}

/** Apart from an end that makes room for a newer question. */
const endedByUser = new DOMException('Cancelled.', 'AbortError');

/** Work that takes longer than this is said to be under way, and can be cancelled. */
const noticeableSeconds = 0.3;

/** How long a verdict must stand before it is read out, and its link written. */
const calmMilliseconds = 500;

/** What is shown while another image is being worked on. */
const nothingFound = { finding: undefined, verdict: undefined };

/** The state of the playground, what came of it, and what a user can do. Draws itself anew after each change. */
export class Playground {
  state: State = firstState();
  results: Results = {};
  phase: 'starting' | 'working' | 'done' | 'cancelled' | 'failed' = 'starting';
  problem: Problem | undefined;
  /** What there is to say beside the result, such as what could not be read in the link. */
  notice = '';
  /** What a screen reader is to say: only what has come to rest, as a slider passes many results. */
  announcement = '';
  /** How long the work under way has been going on. */
  seconds = 0;
  /** True while what is shown is not what was asked for, and long enough for anyone to notice. */
  overdue = false;

  readonly #show: (playground: Playground) => void;
  readonly #latest = new Latest<State>((state, signal) => this.#work(state, signal));
  /** The state whose result is shown. */
  #shown: State | undefined;
  #frame = 0;
  #calm: ReturnType<typeof setTimeout> | undefined;

  /** @param show draws the playground; it is called at most once a frame. */
  constructor(show: (playground: Playground) => void) {
    this.#show = show;
  }

  get attack(): AttackDescription {
    return attackOf(this.state);
  }

  get busy(): boolean {
    return this.phase === 'starting' || this.phase === 'working';
  }

  /** The part of the address that leads to this state. */
  get link(): string {
    return `#${writeLink({ ...this.state, options: optionValuesOf(this.state, this.results.info?.input) })}`;
  }

  /** Takes up the state of a link, or the first one where it is empty, and shows its result. */
  open(link: string): void {
    const { state, complaints } = readLink(link);
    this.#take(state);
    this.notice = complaints.join(' ');
    this.again();
  }

  change(changes: Partial<State>): void {
    this.#take({ ...this.state, ...changes });
    this.notice = '';
    this.again();
  }

  chooseNetwork(id: string): void {
    this.change(withNetwork(this.state, id));
  }

  chooseAttack(id: string): void {
    const to = attackOf({ ...this.state, attack: id });
    this.change({ attack: id, options: keepShared(this.state.options, this.attack, to) });
  }

  /** Sets an option, or gives it back its default. */
  setOption(name: string, value: OptionValue | undefined): void {
    const { [name]: _, ...options } = this.state.options;
    // A limit in one norm means something else in another.
    if (name === 'norm') delete options.epsilon;
    this.change({ options: value === undefined ? options : { ...options, [name]: value } });
  }

  /** Looks for the answer to the present state. */
  again(): void {
    this.#latest.ask(this.state);
    this.draw();
  }

  cancel(): void {
    this.#latest.cancel(endedByUser);
  }

  /** Says something beside the result. */
  note(words: string): void {
    this.notice = words;
    this.announcement = words;
    this.draw();
  }

  draw(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#show(this);
    });
  }

  /** Nothing of another data set is shown as if it were of this one. */
  #take(state: State): void {
    if (datasetOf(state) !== datasetOf(this.state)) this.results = {};
    this.state = state;
  }

  async #work(state: State, signal: AbortSignal): Promise<void> {
    const begin = performance.now();
    const clock = setInterval(() => {
      this.seconds = (performance.now() - begin) / 1000;
      if (this.phase === 'working' && this.seconds >= noticeableSeconds) this.#wait(state);
      this.draw();
    }, 100);
    this.seconds = 0;
    if (this.phase !== 'starting') this.phase = 'working';
    try {
      await perform(state, signal, (results) => {
        this.phase = 'working';
        Object.assign(this.results, results);
        this.draw();
      });
      this.phase = 'done';
      this.#shown = state;
      this.overdue = false;
      this.problem = undefined;
      void fetchTheRest();
    } catch (error) {
      if (!signal.aborted) this.#fail(error, state);
      else if (signal.reason === endedByUser) this.#end('cancelled', state);
    } finally {
      clearInterval(clock);
      this.#settle();
      this.draw();
    }
  }

  /** An older result may stand meanwhile, but not that of another image. */
  #wait(state: State): void {
    this.overdue = true;
    if (this.#shown && !sameSubject(this.#shown, state)) Object.assign(this.results, nothingFound);
  }

  #end(phase: 'cancelled' | 'failed', state: State, problem?: Problem): void {
    this.phase = phase;
    this.problem = problem;
    this.#wait(state);
  }

  #fail(error: unknown, state: State): void {
    const { message, field = '' } = error as Error & { field?: string };
    // The package names options as programs write them.
    const words = field ? message.replace(field, spelledOut(field)) : message;
    this.#end('failed', state, { words, field });
  }

  /** What is not changed again soon is written into the address and read out. */
  #settle(): void {
    clearTimeout(this.#calm);
    this.#calm = setTimeout(() => {
      history.replaceState(null, '', this.link);
      const { verdict } = this.results;
      this.announcement = this.phase === 'done' && verdict ? `${this.notice} ${inWords(verdict.sentence)}`.trim() : '';
      this.draw();
    }, calmMilliseconds);
  }
}
