import type { Model, ShippedSamples } from 'mlsec';
import {
  applyPatch,
  measureUniversal,
  type Patch,
  type PatchPlacement,
  type UniversalOptions,
  universal,
} from 'mlsec/universal';
import { Calm } from '../../../web/src/element/calm.js';
import { side } from '../../../web/src/element/digit.js';
import { modelNamed, type Reading, samplesOf } from '../../../web/src/element/laboratory.js';
import { Latest } from '../../../web/src/element/latest.js';
import { networkNamed } from '../../../web/src/element/networks.js';
import type { OptionValue, OptionValues } from '../../../web/src/element/options.js';
import { texts } from '../texts/patch.js';
import { noiseLike } from './noise.js';
import { readPatchLink, writePatchLink } from './patch_link.js';
import { inWords, ratesOf, verdictOn } from './sentences.js';
import {
  datasetOf,
  firstState,
  keyOf,
  learnedFrom,
  method,
  optionIn,
  patchable,
  type Recipe,
  type State,
  within,
} from './settings.js';

/** The same bytes on every machine, so that a link shows everyone the same. */
const deterministic = true;

/** Apart from an end that makes room for a newer question. */
const endedByUser = new DOMException('Stopped.', 'AbortError');

/** How many images are shown at a time. */
export const shownAtOnce = 10;

/** What a patch, and noise in its place, does to images that neither has seen. */
export interface Score {
  model: string;
  patch: number;
  noise: number;
}

/** What the network says of the images that are shown, as they are and with the patch, as soon as there is one. */
export interface Sight {
  before: Reading[];
  after: Reading[];
  /** Of each, with the patch, a float a pixel. */
  images: Float32Array[];
}

/** A patch, how it is learned, and where it lies. */
export class Workshop {
  state: State = firstState();
  samples: ShippedSamples | undefined;
  /** The best so far, while it is learned. */
  patch: Patch | undefined;
  /** What the patch is of; that of another network or target stands until there is a newer one. */
  made: Recipe | undefined;
  /** Of the images that it learns from, how many it fools; and how far the learning is, while it goes on. */
  seenRate = 0;
  fraction: number | undefined;
  sight: Sight | undefined;
  scores: Score[] = [];
  problem: { words: string; field: string } | undefined;
  notice = '';
  /** What a screen reader is to say. */
  announcement = '';
  readonly copied = texts.copied;

  /** Draws what is shown now; with the next frame, however often it is called. */
  readonly draw: () => void;
  readonly #settled: () => void;
  readonly #learning = new Latest<Recipe>((recipe, signal) => this.#learn(recipe, signal));
  readonly #looking = new Latest<void>((_, signal) => this.#look(signal));
  /** The patch that is there as it shall be, as `keyOf` writes it. */
  #done = '';
  readonly #calm = new Calm(() => this.#settle());

  /** @param settled is called when what is shown has come to rest, so that its link is worth writing down. */
  constructor(draw: () => void, settled: () => void) {
    this.draw = draw;
    this.#settled = settled;
  }

  get link(): string {
    return writePatchLink(this.state);
  }

  /** True until what is shown is what was asked for. */
  get busy(): boolean {
    const seen = this.sight && (!this.patch || this.sight.after.length > 0);
    return !this.problem && (this.fraction !== undefined || this.#done !== keyOf(this.state) || !seen);
  }

  get values(): OptionValues {
    return this.state.options;
  }

  /** The first of the images that are shown. */
  get first(): number {
    return this.state.sample - ((this.state.sample - learnedFrom) % shownAtOnce);
  }

  get chosen(): number {
    return this.state.sample - this.first;
  }

  open(link: string): void {
    if (`#${link}` === this.link && this.patch) return;
    const { state, complaints } = readPatchLink(link);
    this.#take(state);
    this.notice = complaints;
  }

  again(): void {
    this.#renew();
  }

  note(words: string): void {
    this.notice = words;
    this.announcement = words;
    this.draw();
  }

  chooseNetwork(model: string): void {
    this.#take({ ...this.state, model });
  }

  chooseTarget(target: number | undefined): void {
    this.#take({ ...this.state, target });
  }

  /** Sets an option of the method, or gives it back its default. */
  setOption(name: string, value: OptionValue | undefined): void {
    const { [name]: _, ...options } = this.state.options;
    this.#take({ ...this.state, options: value === undefined ? options : { ...options, [name]: value } });
  }

  chooseSample(sample: number): void {
    const { first } = this;
    this.state = { ...this.state, sample };
    if (this.first !== first) this.sight = undefined;
    this.#show();
  }

  /** Moves, turns or scales the patch. */
  put(place: Partial<PatchPlacement>): void {
    this.state = { ...this.state, place: within({ ...this.state.place, ...place }) };
    this.#show();
  }

  /** Puts it where it might lie by chance. */
  putAnywhere(): void {
    const between = (low: number, high: number) => low + (high - low) * Math.random();
    const scale = between(optionIn(this.state, 'minScale'), optionIn(this.state, 'maxScale'));
    const half = Math.min((scale * (this.patch?.shape[0] ?? 0)) / 2, side / 2);
    const along = () => between(half - 0.5, side - 0.5 - half);
    const turn = optionIn(this.state, 'maxRotation');
    this.put({ row: along(), column: along(), scale, rotation: between(-turn, turn) });
  }

  /** The best so far stays. */
  stop(): void {
    this.#learning.cancel(endedByUser);
  }

  /** The chosen image with the patch where it lies now. */
  get placed(): Float32Array | Uint8Array | undefined {
    const { samples, patch, state } = this;
    const image = samples && rowsOf(samples, state.sample, state.sample + 1);
    if (!image || !patch) return image?.data;
    return applyPatch(image, patch, state.place).data as Float32Array;
  }

  /** Nothing of another data set is shown as if it were of this one. */
  #take(state: State): void {
    if (datasetOf(state) !== datasetOf(this.state))
      Object.assign(this, { samples: undefined, sight: undefined, patch: undefined, made: undefined });
    this.state = state;
    this.#renew();
  }

  #renew(): void {
    this.problem = undefined;
    const { model, target, options } = this.state;
    if (this.#done !== keyOf(this.state)) this.#learning.ask({ model, target, options });
    this.#show();
  }

  #show(): void {
    this.notice = '';
    this.#looking.ask();
    this.draw();
  }

  async #learn(recipe: Recipe, signal: AbortSignal): Promise<void> {
    const key = keyOf(recipe);
    if (this.#done === key) return;
    this.#done = '';
    this.fraction = 0;
    this.scores = [];
    this.draw();
    try {
      const [samples, model] = await this.#subject(recipe);
      signal.throwIfAborted();
      const took = (patch: Patch, rate: number) => {
        if (datasetOf(recipe) !== datasetOf(this.state)) return;
        [this.patch, this.made, this.seenRate] = [patch, recipe, rate];
        this.#looking.ask();
        this.draw();
      };
      const result = await universal(model, rowsOf(samples, 0, learnedFrom), {
        ...recipe.options,
        method: method().id,
        target: recipe.target,
        signal,
        deterministic,
        onProgress: ({ fraction, perturbation, foolingRate }) => {
          this.fraction = fraction;
          took(perturbation as Patch, foolingRate);
        },
      } as UniversalOptions);
      took(result.perturbation as Patch, result.foolingRate);
      await this.#measure(recipe, samples, signal);
      this.#done = key;
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
      else if (signal.reason === endedByUser) await this.#keepWhatIsThere(recipe);
    } finally {
      this.fraction = undefined;
      this.#calm.wait();
      this.draw();
    }
  }

  /** What was stopped is as it shall be. */
  async #keepWhatIsThere(recipe: Recipe): Promise<void> {
    this.#done = keyOf(recipe);
    if (this.made !== recipe) return;
    const samples = await samplesOf(datasetOf(recipe));
    await this.#measure(recipe, samples, new AbortController().signal).catch((error) => this.#fail(error));
  }

  /** What the patch does to other images, and to other networks. */
  async #measure(recipe: Recipe, samples: ShippedSamples, signal: AbortSignal): Promise<void> {
    const { patch } = this;
    if (!patch) return;
    const { target } = recipe;
    const places = {
      minScale: optionIn(recipe, 'minScale'),
      maxScale: optionIn(recipe, 'maxScale'),
      maxRotation: optionIn(recipe, 'maxRotation'),
    };
    const images = rowsOf(samples, learnedFrom, samples.labels.length);
    const scores: Score[] = [];
    for (const { id, dataset } of patchable()) {
      if (dataset !== datasetOf(recipe)) continue;
      const model = await modelNamed(id);
      const rateOf = async (each: Patch) =>
        (await measureUniversal(model, images, each, { target, ...places, signal, deterministic })).foolingRate;
      scores.push({ model: id, patch: await rateOf(patch), noise: await rateOf(noiseLike(patch)) });
    }
    this.scores = scores;
  }

  async #look(signal: AbortSignal): Promise<void> {
    try {
      const [samples, model] = await this.#subject(this.state);
      signal.throwIfAborted();
      this.samples = samples;
      const { first, patch, state } = this;
      const count = Math.min(shownAtOnce, samples.labels.length - first);
      const images = rowsOf(samples, first, first + count);
      const before = await readAll(model, images, signal);
      if (!patch) {
        this.sight = { before, after: [], images: [] };
        return;
      }
      const changed = applyPatch(images, patch, state.place);
      const after = await readAll(model, changed, signal);
      const size = side * side;
      const values = changed.data as Float32Array;
      const each = Array.from({ length: count }, (_, row) => values.slice(row * size, (row + 1) * size));
      this.sight = { before, after, images: each };
      this.#calm.wait();
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    } finally {
      this.draw();
    }
  }

  #subject({ model }: Recipe): Promise<[ShippedSamples, Model]> {
    return Promise.all([samplesOf(networkNamed(model).dataset), modelNamed(model)]);
  }

  #fail(error: unknown): void {
    const { message, field = '' } = error as Error & { field?: string };
    this.problem = { words: message, field };
  }

  /** What is not changed again soon is written into the address and read out. */
  #settle(): void {
    if (this.busy) return;
    this.#settled();
    const verdict = verdictOn(this);
    this.announcement = [this.notice, verdict && inWords(verdict.sentence), ratesOf(this)].filter(Boolean).join(' ');
    this.draw();
  }
}

function rowsOf({ inputs }: ShippedSamples, begin: number, end: number) {
  const size = side * side;
  const data = inputs.data.slice(begin * size, end * size);
  return { data, shape: [end - begin, side, side, 1], layout: 'hwc' } as const;
}

async function readAll(model: Model, images: Parameters<Model['predict']>[0], signal: AbortSignal): Promise<Reading[]> {
  const { labels, probabilities } = await model.predict(images, { signal, deterministic });
  const classes = probabilities.length / labels.length;
  return Array.from(labels, (label, row) => ({
    label,
    probabilities: probabilities.slice(row * classes, (row + 1) * classes),
  }));
}
