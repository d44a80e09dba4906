import type { AttackOptions, ModelInfo, ShippedSamples } from 'mlsec';
import { attackNamed } from '../../../web/src/element/attacks.js';
import { Calm } from '../../../web/src/element/calm.js';
import { side } from '../../../web/src/element/digit.js';
import {
  examine,
  type Finding,
  modelNamed,
  type Reading,
  read,
  samplesOf,
} from '../../../web/src/element/laboratory.js';
import { Latest } from '../../../web/src/element/latest.js';
import { strengthOption } from '../../../web/src/element/options.js';
import { texts } from '../texts/compare.js';
import { readCompareLink, writeCompareLink } from './compare_link.js';
import { curveFrom, type RobustCurve } from './curves.js';
import {
  attackOptions,
  epsilonIn,
  epsilonsOf,
  firstAttacks,
  firstState,
  idsIn,
  measuringAttack,
  mostRows,
  networksOf,
  type State,
} from './settings.js';

/** The same bytes on every machine, so that a link shows everyone the same. */
const deterministic = true;

/** Apart from an end that makes room for a newer question. */
const endedByUser = new DOMException('Stopped.', 'AbortError');

/** What an attack on a network came to, and whether within the limit. */
export interface Cell {
  finding: Finding;
  outcome: 'fooled' | 'beyond' | 'held' | 'wrong';
}

/** What the curves are measured by, and how far that has come. */
export interface Measurement {
  state: 'under way' | 'complete' | 'stopped' | 'failed';
  attack: string;
  norm: string;
  samples: number;
  epsilons: number[];
  curves: RobustCurve[];
  fraction: number;
}

/** One image, several networks, several attacks, and what a user can do. */
export class Compare {
  state: State = firstState();
  samples: ShippedSamples | undefined;
  info: ModelInfo | undefined;
  /** What each network says of the image as it is, by its id. */
  before = new Map<string, Reading>();
  /** By attack and network, as `keyOf` writes them: those of another limit stand until there are newer ones. */
  cells = new Map<string, Cell>();
  readonly #fresh = new Set<string>();
  /** What all networks say of the chosen cell's image. */
  transferred = new Map<string, Reading>();
  busy = true;
  /** The cell under way. */
  current: string | undefined;
  problem: { words: string; field: string } | undefined;
  measurement: Measurement | undefined;
  /** Whether the visitor looks at the curves in numbers. */
  tableOpen = false;
  notice = '';
  /** What a screen reader is to say. */
  announcement = '';
  readonly copied = texts.copied;

  /** Draws what is shown now; with the next frame, however often it is called. */
  readonly draw: () => void;
  readonly #settled: () => void;
  readonly #latest = new Latest<State>((state, signal) => this.#work(state, signal));
  /** What the cells are of. */
  #subject = '';
  #strength = Number.NaN;
  #measuring: AbortController | undefined;
  readonly #calm = new Calm(() => this.#settle());

  /** @param settled is called when what is shown has come to rest, so that its link is worth writing down. */
  constructor(draw: () => void, settled: () => void) {
    this.draw = draw;
    this.#settled = settled;
  }

  get link(): string {
    return writeCompareLink(this.state);
  }

  /** How far the measurement has come, which goes on while another screen is shown. */
  get share(): number | undefined {
    return this.measurement?.state === 'under way' ? this.measurement.fraction : undefined;
  }

  /** True where a cell is not of the present limit, or not there yet. */
  stale(key: string): boolean {
    return !this.#fresh.has(key);
  }

  /** The image, a byte a pixel. */
  get pixels(): Uint8Array | undefined {
    const size = side * side;
    const pixels = this.samples?.inputs.data.slice(this.state.sample * size, (this.state.sample + 1) * size);
    return pixels?.length === size ? pixels : undefined;
  }

  get label(): number | undefined {
    return this.samples?.labels[this.state.sample];
  }

  open(link: string): void {
    if (`#${link}` === this.link && this.cells.size > 0) return;
    const { state, complaints } = readCompareLink(link);
    this.change(state);
    this.notice = complaints;
  }

  again(): void {
    this.#latest.ask(this.state);
    this.draw();
  }

  note(words: string): void {
    this.notice = words;
    this.announcement = words;
    this.draw();
  }

  change(changes: Partial<State>): void {
    this.state = { ...this.state, ...changes };
    this.notice = '';
    this.busy = true;
    this.again();
  }

  chooseData(data: string): void {
    this.samples = undefined;
    this.change({ data, sample: firstState().sample, chosen: undefined });
  }

  /** A limit in one norm means something else in another, and not every attack can measure in it. */
  chooseNorm(norm: string): void {
    const able = idsIn(norm);
    const kept = this.state.attacks.filter((id) => able.includes(id));
    const attacks = [...new Set([...kept, ...firstAttacks(norm)])].slice(0, Math.max(kept.length, 3));
    const measure = able.includes(this.state.measure) ? this.state.measure : measuringAttack(norm).id;
    this.change({ norm, attacks, measure, epsilon: undefined, chosen: undefined });
  }

  add(attack: string): void {
    const { attacks } = this.state;
    if (!attacks.includes(attack) && attacks.length < mostRows) this.change({ attacks: [...attacks, attack] });
  }

  remove(attack: string): void {
    const { chosen } = this.state;
    this.change({
      attacks: this.state.attacks.filter((id) => id !== attack),
      chosen: chosen?.attack === attack ? undefined : chosen,
    });
  }

  /** Gives up what takes too long; what is there stays. */
  stop(): void {
    this.#latest.cancel(endedByUser);
  }

  /** Measures robust accuracy of all networks, one after the other. */
  async measure(): Promise<void> {
    this.#measuring?.abort();
    const abort = new AbortController();
    this.#measuring = abort;
    const { measure: attack, norm, samples } = this.state;
    const measurement: Measurement = {
      ...{ state: 'under way', attack, norm, samples, epsilons: epsilonsOf(this.state), curves: [], fraction: 0 },
    };
    this.measurement = measurement;
    this.draw();
    try {
      const { evaluate } = await import('mlsec/evaluate');
      const all = networksOf(this.state);
      const { inputs, labels } = await samplesOf(this.state.data);
      const size = side * side;
      const data = {
        inputs: { ...inputs, data: inputs.data.slice(0, samples * size), shape: [samples, ...inputs.shape.slice(1)] },
        labels: labels.slice(0, samples),
      };
      for (const [index, { id }] of all.entries()) {
        const curve: RobustCurve = { model: id, points: [] };
        measurement.curves.push(curve);
        await evaluate(await modelNamed(id), data, {
          attacks: [{ method: attack, ...attackOptions(attack, norm, undefined) } as AttackOptions],
          epsilons: measurement.epsilons,
          norm: norm as 'linf',
          signal: abort.signal,
          deterministic,
          onPartial: ({ pieces }) => {
            curve.points = curveFrom(pieces, samples, measurement.epsilons);
            this.draw();
          },
          onProgress: ({ fraction }) => {
            measurement.fraction = (index + fraction) / all.length;
            this.draw();
          },
        });
      }
      measurement.state = 'complete';
      this.announcement = texts.measured;
    } catch (error) {
      measurement.state = abort.signal.aborted ? 'stopped' : 'failed';
      if (!abort.signal.aborted) this.note((error as Error).message);
    }
    this.draw();
  }

  stopMeasuring(): void {
    this.#measuring?.abort();
  }

  async #work(state: State, signal: AbortSignal): Promise<void> {
    this.busy = true;
    try {
      await this.#fill(state, signal);
      this.problem = undefined;
      this.busy = false;
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
      // What was not given up for something newer rests now.
      if (!signal.aborted || signal.reason === endedByUser) this.busy = false;
    } finally {
      this.current = undefined;
      this.#calm.wait();
      this.draw();
    }
  }

  async #fill(state: State, signal: AbortSignal): Promise<void> {
    const all = networksOf(state);
    const [samples, ...models] = await Promise.all([samplesOf(state.data), ...all.map(({ id }) => modelNamed(id))]);
    signal.throwIfAborted();
    this.samples = samples;
    this.info = models[0]?.info;
    const { pixels, label } = this;
    if (!pixels) throw new Error(texts.noSuchSample(samples.labels.length));
    this.#forget(state);
    for (const [index, model] of models.entries()) {
      this.before.set(all[index]?.id ?? '', await read(model, pixels, signal));
    }
    for (const attack of state.attacks) {
      for (const [index, model] of models.entries()) {
        const id = all[index]?.id ?? '';
        const key = keyOf(attack, id);
        if (this.#fresh.has(key)) continue;
        this.current = key;
        this.draw();
        const options = attackOptions(attack, state.norm, epsilonIn(state));
        const finding = await examine(model, { pixels, label, target: undefined, method: attack, options }, signal);
        this.cells.set(key, { finding, outcome: outcomeOf(finding, state) });
        this.#fresh.add(key);
        this.draw();
      }
    }
    this.current = undefined;
    await this.#transfer(state, signal);
  }

  /** Shows the chosen cell's image to all networks. */
  async #transfer(state: State, signal: AbortSignal): Promise<void> {
    const chosen = chosenIn(state, this.cells);
    const image = chosen && this.cells.get(keyOf(chosen.attack, chosen.model))?.finding.adversarial;
    const readings = new Map<string, Reading>();
    if (image) {
      for (const { id } of networksOf(state)) readings.set(id, await read(await modelNamed(id), image, signal));
    }
    this.transferred = readings;
  }

  /** What is of another image is not shown as if it were of this one; what another limit may change is found anew. */
  #forget(state: State): void {
    const subject = JSON.stringify([state.data, state.sample, state.norm]);
    const strength = epsilonIn(state);
    if (subject !== this.#subject) {
      this.before.clear();
      this.cells.clear();
      this.#fresh.clear();
      this.transferred.clear();
    } else if (strength !== this.#strength) {
      for (const [key, { finding }] of this.cells) {
        const attack = attackNamed(key.split(' ')[0] ?? '');
        if (attack && strengthOption(attack)) this.#fresh.delete(key);
        else this.cells.set(key, { finding, outcome: outcomeOf(finding, state) });
      }
    }
    this.#subject = subject;
    this.#strength = strength;
  }

  #fail(error: unknown): void {
    const { message, field = '' } = error as Error & { field?: string };
    this.problem = { words: message, field };
  }

  /** What is not changed again soon is written into the address and read out. */
  #settle(): void {
    if (this.busy) return;
    this.#settled();
    this.announcement = [this.notice, texts.verdict(scoresOf(this))].filter(Boolean).join(' ');
    this.draw();
  }
}

export function keyOf(attack: string, model: string): string {
  return `${attack} ${model}`;
}

/** The cell whose image is shown to all: the chosen one, or the first that fooled its network. */
export function chosenIn(
  state: State,
  cells: ReadonlyMap<string, Cell>,
): { attack: string; model: string } | undefined {
  if (state.chosen) return state.chosen;
  for (const { id: model } of networksOf(state)) {
    for (const attack of state.attacks) {
      if (cells.get(keyOf(attack, model))?.outcome === 'fooled') return { attack, model };
    }
  }
  return undefined;
}

/** How many of the attacks fooled each network. */
export function scoresOf({ state, cells }: Compare): { model: string; fooled: number; of: number }[] {
  return networksOf(state).map(({ id }) => {
    const known = state.attacks.map((attack) => cells.get(keyOf(attack, id))).filter((cell) => cell !== undefined);
    return { model: id, fooled: known.filter(({ outcome }) => outcome === 'fooled').length, of: known.length };
  });
}

function outcomeOf(finding: Finding, state: State): Cell['outcome'] {
  const { status } = finding;
  if (status === 'already-misclassified') return 'wrong';
  if (status !== 'success') return 'held';
  // A limit of 0.05 is a little more than that as a float.
  return distanceIn(state.norm, finding) <= epsilonIn(state) * (1 + 1e-5) ? 'fooled' : 'beyond';
}

/** How far the image that was found lies from the original. */
export function distanceIn(norm: string, { distances, original, adversarial }: Finding): number {
  if (norm in distances) return distances[norm as keyof Finding['distances']];
  return adversarial.reduce((sum, value, index) => sum + Math.abs(value - (original[index] ?? 0)), 0);
}
