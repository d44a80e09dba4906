import type { AttackDescription } from 'mlsec';
import { Calm } from './calm.js';
import { perform, type Results } from './experiment.js';
import { spelledOut } from './format.js';
import { Keeping } from './keeping.js';
import { fetchTheRest, modelNamed, read, sampleCount } from './laboratory.js';
import { Latest } from './latest.js';
import { readLink, writeLink } from './link.js';
import { networkNamed } from './networks.js';
import { keepShared, type OptionValue, type OptionValues } from './options.js';
import type { OwnModels, ownView, targetList } from './own/own_models.js';
import type { PictureDesk, pictureChoice } from './pictures.js';
import {
  attackOf,
  datasetOf,
  firstState,
  optionValuesOf,
  type State,
  sameSubject,
  shapeOf,
  showsTheSame,
  withNetwork,
} from './state.js';
import { english, type Texts } from './texts.js';
import { inWords } from './verdict.js';
import type { pad } from './view/pad.js';
import { Way } from './way.js';

/** An error in words, and the option it is about. */
export interface Problem {
  words: string;
  field: string;
}

/** What a visitor may change or do. */
export const controls = [
  'model',
  'image',
  'attack',
  'norm',
  'epsilon',
  'target',
  'options',
  'amplification',
  'trajectory',
  'export',
] as const;

export type Control = (typeof controls)[number];

/** How a playground differs from the one of the site. */
export interface PlaygroundSettings {
  texts?: Texts;
  /** What a visitor may change or do; everything where it is not said. */
  controls?: readonly Control[];
  /** Fetches all networks and samples once the first result is there, so that the page goes on without a network. */
  everything?: boolean;
  /** Told of each result and each failure. */
  done?: (state: State, results: Results) => void;
  failed?: (error: unknown) => void;
}

/** Apart from an end that makes room for a newer question. */
const endedByUser = new DOMException('Cancelled.', 'AbortError');

/** Work that takes longer than this is said to be under way, and can be cancelled. */
const noticeableSeconds = 0.3;

/** What is shown while another image is being worked on. */
const nothingFound = { finding: undefined, verdict: undefined, evolving: undefined };

/** The state of the playground, what came of it, and what a user can do. Is drawn anew after each change. */
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
  settings: PlaygroundSettings;

  /** The images that the attack tried. */
  readonly way: Way;
  /** What can be saved of a result. */
  readonly keeping: Keeping;
  /** The square to draw in; its code is fetched when someone wants to. */
  pad: typeof pad | undefined;
  /** Where pictures of the visitor's come in; its code is fetched with the first one. */
  pictures: { desk: PictureDesk; view: typeof pictureChoice } | undefined;
  /** The networks that a visitor has brought; their code is fetched with the first one. */
  own: { models: OwnModels; view: typeof ownView; targetList: typeof targetList } | undefined;
  /** Draws what is shown now; with the next frame, however often it is called. */
  readonly draw: () => void;
  readonly #settled: () => void;
  readonly #latest = new Latest<State>((state, signal) => this.#work(state, signal));
  /** The state whose result is shown. */
  #shown: State | undefined;
  readonly #calm = new Calm(() => this.#settle());

  /** @param settled is called when what is shown has come to rest, so that its link is worth writing down. */
  constructor(draw: () => void, settled: () => void, settings: PlaygroundSettings = { everything: true }) {
    this.draw = draw;
    this.#settled = settled;
    this.settings = settings;
    const readAgain = async (image: Float32Array | Uint8Array) =>
      read(await modelNamed((this.#shown ?? this.state).model), image, new AbortController().signal);
    this.way = new Way(draw, readAgain);
    this.keeping = new Keeping(draw, readAgain);
  }

  get texts(): Texts {
    return this.settings.texts ?? english;
  }

  /** Whether a visitor may change or do that. */
  offers(control: Control): boolean {
    return this.settings.controls?.includes(control) ?? true;
  }

  get attack(): AttackDescription {
    return attackOf(this.state);
  }

  get busy(): boolean {
    return this.phase === 'starting' || this.phase === 'working';
  }

  /** All options that were changed. */
  get values(): OptionValues {
    return this.state.options;
  }

  /** The part of the address that leads to this state; with a network trained here, to its training; with a visitor's
   *  own, to the same with a network that ships. */
  get link(): string {
    const { origin, recipe } = networkNamed(this.state.model);
    if (recipe) return recipe;
    if (origin === 'file') {
      const state = withNetwork(this.state, firstState().model);
      return `#${writeLink({ ...state, options: optionValuesOf(state) })}`;
    }
    return `#${writeLink({ ...this.state, options: optionValuesOf(this.state, this.results.info?.input) })}`;
  }

  get copied(): string {
    const { origin } = networkNamed(this.state.model);
    return this.texts.copied[origin ?? 'shipped'];
  }

  /** Takes up what a visitor brings: a picture, or the files of a network. */
  async openFiles(files: readonly File[]): Promise<void> {
    const picture = files.find(({ type }) => type.startsWith('image/'));
    await this.#orSaySo(picture ? this.#fetchPictures() : this.#fetchOwn());
    if (picture) await this.pictures?.desk.take(picture);
    else await this.own?.models.open(files);
  }

  async #fetchPad(): Promise<void> {
    this.pad ??= (await import('./view/pad.js')).pad;
    this.draw();
  }

  async #fetchPictures(): Promise<void> {
    const { PictureDesk, pictureChoice } = await import('./pictures.js');
    const desk = () =>
      new PictureDesk(
        (picture) => this.change({ source: 'picture', picture }),
        (words) => this.note(words),
        () => this.texts,
        () => shapeOf(this.state),
      );
    this.pictures ??= { desk: desk(), view: pictureChoice };
    this.draw();
  }

  async #fetchOwn(): Promise<void> {
    const { OwnModels, ownView, targetList } = await import('./own/own_models.js');
    this.own ??= { models: new OwnModels(this), view: ownView, targetList };
  }

  /** Once what was asked for is there; what cannot be had now is fetched when it is wanted. */
  async #fetchEverything(): Promise<void> {
    const parts = this.own ? [] : [this.#fetchPad(), this.#fetchPictures(), this.#fetchOwn()];
    await Promise.allSettled([fetchTheRest(), this.keeping.fetch(), ...parts]);
  }

  /** Says that a part of the page that is wanted could not be fetched; it is tried again the next time. */
  async #orSaySo(fetching: Promise<void>): Promise<void> {
    await fetching.catch(() => this.note(this.texts.notFetched));
  }

  /** Takes up the state of a link, or the first one where it is empty, and shows its result. */
  open(link: string): void {
    const { state, complaints } = readLink(link, this.texts);
    this.show(state, complaints);
  }

  /** Shows another state, and says what is wrong with where it comes from. */
  show(state: State, complaints: readonly string[] = []): void {
    this.#take(state);
    this.notice = complaints.join(' ');
    this.again();
  }

  change(changes: Partial<State>): void {
    const next = { ...this.state, ...changes };
    this.#take(showsTheSame(this.state, next) ? next : { ...next, label: undefined });
    this.notice = '';
    this.again();
  }

  /** @param right samples that the network gets right: of another one, no attack could show anything. */
  chooseNetwork(id: string, right?: readonly number[]): void {
    const { sample } = this.state;
    const better = right?.includes(sample) ? sample : right?.[0];
    const next = withNetwork(this.state, id);
    this.change(this.#withPicture({ ...next, sample: better ?? next.sample }));
  }

  /** A visitor's network comes, or comes anew: nothing goes on with the former one. */
  leaveNetwork(): void {
    this.#latest.cancel(endedByUser);
  }

  /** Attacks a network that has just come under that id. */
  enterNetwork(id: string, options: OptionValues): void {
    const next = withNetwork(this.state, id);
    this.results = {};
    const count = networkNamed(id).samples?.inputs.shape[0] ?? sampleCount;
    const sample = Math.min(next.sample, count - 1);
    this.change(
      this.#withPicture({ ...next, sample, picture: undefined, target: undefined, label: undefined, options }),
    );
  }

  /** A picture of the visitor's as the network takes it, where there is one. */
  #withPicture(state: State): State {
    if (state.source !== 'picture' || state.picture || !this.state.picture) return state;
    const picture = this.pictures?.desk.fitted(shapeOf(state));
    return { ...state, picture, source: picture ? 'picture' : 'sample' };
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

  /** Amplifies the change as it is shown; the attack stays as it is. */
  amplify(factor: number | undefined): void {
    this.state = { ...this.state, amplification: factor };
    this.#calm.wait();
    this.draw();
  }

  /** Nobody looks any more, though the work goes on. */
  leave(): void {
    this.way.pause();
    this.pictures?.desk.closeCamera();
  }

  /** Ends everything under way. */
  rest(): void {
    this.#latest.cancel(endedByUser);
    this.leave();
    this.#calm.cancel();
  }

  /** Says something beside the result. */
  note(words: string): void {
    this.notice = words;
    this.announcement = words;
    this.draw();
  }

  /** Nothing of another data set is shown as if it were of this one. */
  #take(state: State): void {
    if (datasetOf(state) !== datasetOf(this.state)) this.results = {};
    this.state = state;
    if (state.source === 'picture' && !this.pictures) void this.#orSaySo(this.#fetchPictures());
    if (state.source === 'drawing' && !this.pad) void this.#orSaySo(this.#fetchPad());
  }

  async #work(state: State, signal: AbortSignal): Promise<void> {
    const begin = performance.now();
    const clock = setInterval(() => {
      this.seconds = (performance.now() - begin) / 1000;
      if (this.phase === 'working' && this.seconds >= noticeableSeconds) this.#wait(state);
      this.draw();
    }, 100);
    this.seconds = 0;
    this.results.evolving = undefined;
    if (this.phase !== 'starting') this.phase = 'working';
    try {
      const tell = (results: Results) => {
        // Meanwhile a visitor may have gone on to other images.
        if (datasetOf(state) !== datasetOf(this.state)) return;
        this.phase = 'working';
        Object.assign(this.results, results);
        this.draw();
      };
      await perform(state, signal, tell, this.texts);
      this.phase = 'done';
      this.#shown = state;
      this.overdue = false;
      this.problem = undefined;
      this.results.evolving = undefined;
      this.way.follow(this.results.finding?.way ?? []);
      this.keeping.follow(this.results);
      this.settings.done?.(state, this.results);
      if (this.settings.everything) void this.#fetchEverything();
    } catch (error) {
      if (!signal.aborted) this.#fail(error, state);
      else if (signal.reason === endedByUser) this.#end('cancelled', state);
    } finally {
      clearInterval(clock);
      this.#calm.wait();
      this.draw();
    }
  }

  /** An older result may stand meanwhile, but not that of another image. */
  #wait(state: State): void {
    this.overdue = true;
    if (this.#shown && !sameSubject(this.#shown, state)) {
      Object.assign(this.results, nothingFound);
      this.way.follow([]);
    }
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
    this.settings.failed?.(error);
  }

  /** What is not changed again soon is written into the address and read out. */
  #settle(): void {
    this.#settled();
    const { verdict } = this.results;
    this.announcement = this.phase === 'done' && verdict ? `${this.notice} ${inWords(verdict.sentence)}`.trim() : '';
    this.draw();
  }
}
