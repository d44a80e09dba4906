import { MlsecError } from 'mlsec';
import { Calm } from '../../../web/src/element/calm.js';
import { spelledOut } from '../../../web/src/element/format.js';
import { keepShared, type OptionValue, type OptionValues } from '../../../web/src/element/options.js';
import { texts } from '../texts/landscape.js';
import { readLandscapeLink, writeLandscapeLink } from './landscape_link.js';
import { lookAt, type Sight } from './look.js';
import { nearest, neighbour, noPoints, type Points, withoutPoint, withPoint } from './points.js';
import { Pupil } from './pupil.js';
import { verdictOn } from './sentences.js';
import {
  architectureIn,
  attackOf,
  ballNorms,
  batchesOf,
  fields,
  firstState,
  mistakeIn,
  mostEpochs,
  pointsIn,
  type State,
  showcase,
  trainOptionsIn,
} from './settings.js';

/** What a click in the plane does: attacks a point, places one of a class, or removes one. */
export type Tool = 'attack' | '0' | '1' | 'remove';

/** Epochs a second that one can follow, and without a limit. */
export const speeds = [5, 50, Number.POSITIVE_INFINITY] as const;

/** The networks are looked at no more often than this while they learn. */
const frameSeconds = 0.06;

/** Where there is no limit, or nobody wants to see how it goes, so long until the next look. */
const stretchSeconds = 0.12;

/** A look that takes longer is given up where something else is asked for. */
const patienceSeconds = 0.25;

/** Both networks: as the form has it, and with attacked points. */
export const kinds = ['ordinary', 'hardened'] as const;

/** Points, two networks that learn them, an attack on one point, and what a user can do. */
export class Landscape {
  state: State = firstState();
  points: Points = pointsIn(this.state);
  tool: Tool = 'attack';
  speed: (typeof speeds)[number] = 50;
  /** What is shown of each network, as far as it is known. */
  sights: (Sight | undefined)[] = [];
  /** How far the networks are, and how fast that went. */
  epoch = 0;
  pace: number | undefined;
  /** True until what is shown is what was asked for. */
  busy = true;
  notice = '';
  /** What a screen reader is to say. */
  announcement = '';
  readonly copied = texts.copied;

  /** Draws what is shown now; with the next frame, however often it is called. */
  readonly draw: () => void;
  readonly #settled: () => void;
  /** What is wrong with the form, or came of what is under way. */
  #mistake: { words: string; field: string } | undefined;
  #failure: { words: string; field: string } | undefined;
  #pupils: Pupil[] = [];
  /** What has to be made anew, however much is under way. */
  #renewal = true;
  /** Whether something has changed since the last look began. */
  #asked = true;
  #working = false;
  #look: { abort: AbortController; since: number } | undefined;
  #impatience: ReturnType<typeof setTimeout> | undefined;
  readonly #calm = new Calm(() => this.#settle());
  /** Epochs between two looks where there is no limit, the seconds that the last look took, and when it was. */
  #unhurried = 8;
  #seeing = 0;
  #lastLook = 0;

  /** @param settled is called when what is shown has come to rest, so that its link is worth writing down. */
  constructor(draw: () => void, settled: () => void) {
    this.draw = draw;
    this.#settled = settled;
  }

  /** While the networks go on and on, the link leads to where they are. */
  get link(): string {
    const epochs = this.endless ? this.epoch : this.state.epochs;
    return writeLandscapeLink({ ...this.state, epochs });
  }

  get problem(): { words: string; field: string } | undefined {
    return this.#mistake ?? this.#failure;
  }

  /** Options of the attack. */
  get values(): OptionValues {
    return this.state.options;
  }

  /** True where the networks have further to go. */
  get learning(): boolean {
    return this.#pupils.length > 0 && this.epoch < this.state.epochs;
  }

  /** True where they go on until they are paused. */
  get endless(): boolean {
    return this.learning && this.state.epochs === mostEpochs;
  }

  open(link: string): void {
    if (`#${link}` === this.link && this.#pupils.length > 0) return;
    const { state, complaints } = readLandscapeLink(link);
    this.state = state;
    this.tool = 'attack';
    this.#renew();
    this.notice = complaints;
  }

  again(): void {
    this.#ask();
  }

  note(words: string): void {
    this.notice = words;
    this.announcement = words;
    this.draw();
  }

  /** Changes what is shown of the networks, not the networks. */
  change(changes: Partial<State>): void {
    this.state = { ...this.state, ...changes };
    this.notice = '';
    this.#ask();
  }

  chooseData(data: State['data']): void {
    this.state = { ...this.state, data, point: showcase[data], epochs: this.#nextGoal };
    this.tool = data === 'drawn' ? '0' : 'attack';
    this.#renew();
  }

  /** Of the data or the networks, which begin anew then. */
  setField(name: string, value: OptionValue | undefined): void {
    const { [name]: _, ...settings } = this.state.settings;
    this.state = { ...this.state, settings: value === undefined ? settings : { ...settings, [name]: value } };
    this.state.epochs = this.#nextGoal;
    this.#renew();
  }

  chooseAttack(attack: string): void {
    const [from, to] = [attackOf(this.state), attackOf({ attack })];
    const options = keepShared(this.state.options, from, to);
    const norm = to.traits.norms.find((each) => each === this.state.norm) ?? to.traits.norms[0] ?? 'l2';
    const drawable = ballNorms.some((each) => each === norm);
    this.change({ attack, options, ...(drawable && { norm }) });
  }

  /** Sets an option of the attack, or gives it back its default. */
  setOption(name: string, value: OptionValue | undefined): void {
    const { [name]: _, ...options } = this.state.options;
    this.change({ options: value === undefined ? options : { ...options, [name]: value } });
  }

  /** Does with a place of the plane what the tool is for. */
  use(x: number, y: number): void {
    const reach = this.tool === 'remove' ? 0.1 : undefined;
    const point = nearest(this.points, x, y, reach);
    if (this.tool === 'attack') {
      if (point !== undefined) this.change({ point });
    } else if (this.tool !== 'remove') {
      this.#place(withPoint(this.state.drawn, x, y, Number(this.tool)));
    } else if (point !== undefined) {
      this.#place(withoutPoint(this.state.drawn, point));
    }
  }

  /** What was drawn is learned once the pen is lifted. */
  lift(): void {
    if (this.tool === 'attack') return;
    this.state.epochs = this.#nextGoal;
    this.#renew();
  }

  clear(): void {
    this.#place(noPoints);
    this.lift();
  }

  /** Attacks the next point in a direction. */
  step(right: number, up: number): void {
    this.change({ point: neighbour(this.points, this.state.point, right, up) });
  }

  play(): void {
    this.state = { ...this.state, epochs: mostEpochs };
    this.#ask();
  }

  pause(): void {
    this.state = { ...this.state, epochs: this.epoch };
    this.#ask();
  }

  /** Begins anew, and stays at the beginning: from there it can be played. */
  reset(): void {
    this.state = { ...this.state, epochs: 0 };
    this.#renew();
  }

  choosePace(speed: number): void {
    this.speed = speeds.find((each) => each === speed) ?? this.speed;
    this.draw();
  }

  leave(): void {
    if (this.endless) this.pause();
  }

  get #nextGoal(): number {
    return Math.max(this.endless ? mostEpochs : this.epoch, firstState().epochs);
  }

  #place(drawn: Points): void {
    this.state = { ...this.state, drawn };
    this.points = drawn;
    this.draw();
  }

  #renew(): void {
    this.points = pointsIn(this.state);
    const last = this.points.labels.length - 1;
    this.state = { ...this.state, point: Math.max(0, Math.min(this.state.point, last)) };
    this.#mistake = mistakeIn(this.state);
    this.#failure = undefined;
    this.notice = '';
    this.#renewal = true;
    this.#ask();
  }

  /** Sees to it that what is shown becomes what is asked for. */
  #ask(): void {
    this.#asked = true;
    if (this.#look) {
      const left = patienceSeconds - (performance.now() - this.#look.since) / 1000;
      this.#impatience ??= setTimeout(() => this.#look?.abort.abort(), Math.max(0, 1000 * left));
    }
    if (!this.#working) void this.#work();
    this.draw();
  }

  async #work(): Promise<void> {
    this.#working = true;
    this.busy = true;
    while (this.#renewal || this.learning || this.#asked) {
      this.#asked = false;
      try {
        if (this.#renewal) await this.#begin();
        else if (this.learning) await this.#learn();
        if (!this.#renewal) await this.#see();
      } catch (error) {
        // Where all is made anew, nobody asks any longer for what has failed.
        if (this.#renewal) continue;
        this.#fail(error);
        // What has gone astray goes no further.
        this.state = { ...this.state, epochs: this.epoch };
      }
    }
    this.#working = false;
    this.busy = false;
    this.#calm.wait();
    this.draw();
  }

  /** Both networks as they are before they have learned anything. */
  async #begin(): Promise<void> {
    this.#renewal = false;
    this.#dismiss();
    if (this.#mistake || ![0, 1].every((label) => this.points.labels.includes(label))) return;
    const { state, points } = this;
    const made = await Promise.all(
      kinds.map((kind) => Pupil.create(architectureIn(state), points, trainOptionsIn(state, kind === 'hardened'))),
    );
    this.#pupils = made;
  }

  async #learn(): Promise<void> {
    const began = performance.now();
    const [pupils, batches] = [this.#pupils, batchesOf(this.points)];
    const epochs = Math.max(1, Math.min(this.#stride(), this.state.epochs - this.epoch));
    await Promise.all(pupils.map((pupil) => pupil.learn(epochs, batches)));
    if (this.#renewal) return;
    this.epoch += epochs;
    // Paused meanwhile, they are a little further than they were then.
    if (this.epoch > this.state.epochs) this.state = { ...this.state, epochs: this.epoch };
    const seconds = (performance.now() - began) / 1000;
    // As long as learning takes no longer than looking, there is more of it between two looks.
    const quick = seconds < Math.max(stretchSeconds, this.#seeing);
    this.#unhurried = Math.max(1, Math.min(500, quick ? 2 * epochs : Math.round(epochs / 2)));
    if (!stillness() && Number.isFinite(this.speed)) {
      // Seeing takes its time, too.
      await pause(epochs / this.speed - seconds - this.#seeing);
    }
    this.pace = epochs / Math.max(1e-3, (performance.now() - this.#lastLook) / 1000);
    this.#lastLook = performance.now();
  }

  /** Epochs until the next look. */
  #stride(): number {
    if (stillness() || !Number.isFinite(this.speed)) return this.#unhurried;
    return Math.round(this.speed * Math.max(frameSeconds, this.#seeing));
  }

  async #see(): Promise<void> {
    const { state, points } = this;
    if (this.#pupils.length === 0 || (stillness() && this.learning)) return this.draw();
    const began = performance.now();
    const abort = new AbortController();
    this.#look = { abort, since: began };
    try {
      const hasty = this.learning;
      const sights = await Promise.all(
        this.#pupils.map(({ model }) => model && lookAt(model, points, state, hasty, abort.signal)),
      );
      if (!this.#renewal) this.sights = sights;
      this.#failure = undefined;
    } catch (error) {
      if (!abort.signal.aborted) this.#fail(error);
    } finally {
      this.#look = undefined;
      clearTimeout(this.#impatience);
      this.#impatience = undefined;
      this.#seeing = (performance.now() - began) / 1000;
      this.draw();
    }
  }

  #dismiss(): void {
    for (const pupil of this.#pupils) pupil.dispose();
    this.#pupils = [];
    this.sights = [];
    this.epoch = 0;
    this.pace = undefined;
  }

  #fail(error: unknown): void {
    const { message, field = '' } = error as Error & { field?: string };
    const name = field.split('.').at(-1) ?? '';
    const known = [...fields(this.state.data), ...attackOf(this.state).options].some((each) => each.name === name);
    const diverged = error instanceof MlsecError && error.code === 'not-finite';
    const words = diverged ? texts.diverged : name ? message.replace(field, spelledOut(name)) : message;
    this.#failure = { words, field: known ? name : '' };
  }

  /** What is not changed again soon is written into the address and read out. */
  #settle(): void {
    if (this.#working) return;
    this.#settled();
    this.announcement = [this.notice, verdictOn(this)].filter(Boolean).join(' ');
    this.draw();
  }
}

/** Whether the visitor wants as little as possible to move: then only what comes of a training is shown. */
function stillness(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, 1000 * seconds)));
}
