import { MlsecError, type Model, type ShippedSamples, Trainer, type TrainOptions, train } from 'mlsec';
import { capitalised, spelledOut } from '../../../web/src/element/format.js';
import { addModel, samplesOf } from '../../../web/src/element/laboratory.js';
import { addNetwork } from '../../../web/src/element/networks.js';
import type { OptionValue, OptionValues } from '../../../web/src/element/options.js';
import type { Problem } from '../../../web/src/element/playground.js';
import { inWords } from '../../../web/src/element/verdict.js';
import { texts } from '../texts/training.js';
import { architectureNamed } from './architectures.js';
import { type Outcome, Run } from './run.js';
import { epochWords, resultSentence, summaryOf } from './sentences.js';
import { fieldsOf, firstSettings, type Settings, trainOptionsOf } from './settings.js';
import { readTrainingLink, writeTrainingLink } from './training_link.js';

/** The same bytes on every machine, so that a link leads to the same network. */
const deterministic = true;

/** Epochs are read out no more often than this. */
const calmMilliseconds = 5000;

/** The settings of the next training, the one under way or the last one, and what a user can do. */
export class Training {
  settings: Settings = firstSettings();
  run: Run | undefined;
  phase: 'idle' | 'working' | 'stopping' = 'idle';
  problem: Problem | undefined;
  /** What there is to say beside the result. */
  notice = '';
  /** What a screen reader is to say. */
  announcement = '';
  /** Whether the visitor looks at every epoch in numbers. */
  tableOpen = false;
  readonly copied = texts.copied;

  /** Draws what is shown now; with the next frame, however often it is called. */
  readonly draw: () => void;
  readonly #settled: () => void;
  readonly #attack: (id: string, right: readonly number[]) => void;
  #stop = new AbortController();
  #cancel = new AbortController();
  #announced = Number.NEGATIVE_INFINITY;
  #count = 0;

  /**
   * @param settled is called when the settings have changed, so that their link is worth writing down.
   * @param attack lets the visitor attack the network of that id, which gets these samples right.
   */
  constructor(draw: () => void, settled: () => void, attack: (id: string, right: readonly number[]) => void) {
    this.draw = draw;
    this.#settled = settled;
    this.#attack = attack;
  }

  get busy(): boolean {
    return this.phase !== 'idle';
  }

  /** How far the training under way has come. */
  get share(): number | undefined {
    return this.busy ? (this.run?.progress?.fraction ?? 0) : undefined;
  }

  get link(): string {
    return writeTrainingLink(this.settings);
  }

  get values(): OptionValues {
    return this.settings.options;
  }

  /** Takes up the settings of a link. Nothing is trained yet. */
  open(link: string): void {
    if (`#${link}` === this.link) return this.#settled();
    if (this.busy) return this.note('A training is under way, so the link was not opened.');
    const { settings, complaints } = readTrainingLink(link);
    this.settings = settings;
    this.note(complaints.join(' '));
    this.#settled();
  }

  change(changes: Partial<Settings>): void {
    this.settings = { ...this.settings, ...changes };
    this.notice = '';
    this.problem = undefined;
    this.#settled();
    this.draw();
  }

  /** Sets an option, or gives it back its default. */
  setOption(name: string, value: OptionValue | undefined): void {
    const { [name]: _, ...options } = this.settings.options;
    this.change({ options: value === undefined ? options : { ...options, [name]: value } });
  }

  note(words: string): void {
    this.notice = words;
    this.announcement = words;
    this.draw();
  }

  start(): void {
    if (!this.busy) void this.#work(new Run(this.settings));
  }

  /** How many epochs `goOn` would add. */
  get furtherEpochs(): number {
    const { run } = this;
    if (!run) return 0;
    const left = run.epochs - run.history.length;
    return left > 0 ? left : new Run(this.settings).epochs;
  }

  /** Goes on from the last epoch: to the end, or where that has been reached, for as many as the form says. */
  goOn(): void {
    const { run } = this;
    if (run?.checkpoint && !this.busy) void this.#work(run.longer(run.history.length + this.furtherEpochs));
  }

  /** Ends the training and keeps what it has. */
  stop(): void {
    if (this.phase !== 'working') return;
    this.phase = 'stopping';
    this.#stop.abort();
    this.draw();
  }

  /** Ends the training and drops it: what was there before it is shown again. */
  cancel(): void {
    this.#cancel.abort();
  }

  async attack(): Promise<void> {
    const { network, settings } = this.run ?? {};
    if (!network || !settings) return;
    const { inputs, labels } = await samplesOf(settings.dataset);
    const seen = await network.model.predict({ inputs }, { deterministic });
    const right = [...labels.keys()].filter((sample) => seen.labels[sample] === labels[sample]);
    this.#attack(network.id, right);
  }

  /** Gives the visitor the network as a file. */
  async save(): Promise<void> {
    const { run } = this;
    if (!run?.network) return;
    const file = new Blob([(await run.network.model.save('onnx', { deterministic })) as BlobPart]);
    const link = document.createElement('a');
    link.href = URL.createObjectURL(file);
    link.download = `${run.settings.dataset}-${run.settings.architecture}-${run.network.id}.onnx`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  /** Of a training that failed, keeps the network as it was after its last whole epoch. */
  async keepLastEpoch(): Promise<void> {
    const { run } = this;
    if (!run?.checkpoint || this.busy) return;
    const { workers: _, ...options } = optionsOf(run);
    const samples = await samplesOf(run.settings.dataset);
    let trainer: Trainer | undefined;
    try {
      const { checkpoint } = run;
      trainer = await Trainer.create(networkOf(run, samples), samples, { ...options, deterministic, checkpoint });
      this.#keep(run, await trainer.model(), 'stopped');
      this.problem = undefined;
    } catch (error) {
      this.#fail(error, run);
    } finally {
      trainer?.dispose();
    }
  }

  async #work(run: Run): Promise<void> {
    const before = this.run;
    this.#stop = new AbortController();
    this.#cancel = new AbortController();
    this.#announced = Number.NEGATIVE_INFINITY;
    this.run = run;
    this.phase = 'working';
    this.problem = undefined;
    this.note('');
    try {
      const model = await this.#train(run);
      this.#keep(run, model, this.#stop.signal.aborted ? 'stopped' : 'complete');
    } catch (error) {
      if (this.#cancel.signal.aborted) this.#drop(before);
      else this.#fail(error, run);
    } finally {
      this.phase = 'idle';
      this.draw();
    }
  }

  async #train(run: Run): Promise<Model> {
    const { signal } = this.#cancel;
    const samples = await samplesOf(run.settings.dataset);
    signal.throwIfAborted();
    return train(networkOf(run, samples), samples, {
      ...optionsOf(run),
      checkpoint: run.checkpoint,
      deterministic,
      signal,
      stop: this.#stop.signal,
      onBatch(batch) {
        run.batch = batch;
        run.losses.add(batch.batch, batch.loss);
        run.accuracies.add(batch.batch, batch.accuracy);
      },
      onEpoch: (epoch) => {
        run.history.push(epoch);
        this.#announce(epochWords(run));
      },
      onCheckpoint(checkpoint) {
        run.checkpoint = checkpoint;
      },
      onProgress: (progress) => {
        run.progress = progress;
        this.draw();
      },
    });
  }

  #keep(run: Run, model: Model, outcome: Outcome): void {
    const id = run.network?.id ?? `trained-${++this.#count}`;
    run.network = { id, model };
    run.outcome = outcome;
    // Of a training that failed, news of the last epochs may have been lost.
    run.history = [...(model.history ?? run.history)];
    addModel(id, model);
    addNetwork({
      origin: 'training',
      id,
      dataset: run.settings.dataset,
      summary: summaryOf(run),
      recipe: writeTrainingLink(run.settings),
    });
    this.announcement = inWords(resultSentence(run));
    this.draw();
  }

  #drop(before: Run | undefined): void {
    this.run = before;
    this.note('Cancelled: nothing of that training was kept.');
  }

  #fail(error: unknown, run: Run): void {
    run.outcome = 'failed';
    if (error instanceof MlsecError) run.checkpoint = error.checkpoint ?? run.checkpoint;
    const { message, field = '' } = error as Error & { field?: string };
    const names = fieldsOf(run.settings).map(({ name }) => name);
    const name = field.split('.').at(-1) ?? '';
    this.problem = { words: spelledAsInForm(message, field, names), field: names.includes(name) ? name : '' };
  }

  #announce(words: string): void {
    const now = performance.now();
    if (now - this.#announced < calmMilliseconds) return;
    this.#announced = now;
    this.announcement = words;
  }
}

/** The package names options as programs write them, and by where they stand. */
function spelledAsInForm(message: string, field: string, names: readonly string[]): string {
  const short = message.replace(field, field.split('.').at(-1) ?? '');
  return capitalised(
    names.reduce(
      (words, name) => (/[A-Z]/.test(name) ? words.replaceAll(name, spelledOut(name).toLowerCase()) : words),
      short,
    ),
  );
}

function optionsOf({ settings, epochs }: Run): TrainOptions {
  return { ...trainOptionsOf(settings), epochs };
}

function networkOf({ settings }: Run, { inputs, classNames }: ShippedSamples) {
  return architectureNamed(settings.architecture).make(inputs.shape.slice(1), classNames.length);
}
