import type { Batch, Epoch, Model, Progress } from 'mlsec';
import { Curve } from './curve.js';
import { type Settings, valueIn } from './settings.js';

export type Outcome = 'complete' | 'stopped' | 'failed';

/** One training: what it was asked for, and what is known of it so far. */
export class Run {
  /** What came of it; undefined while it is under way. */
  outcome: Outcome | undefined;
  /** What each batch came to, as the network saw it. */
  losses = new Curve();
  accuracies = new Curve();
  history: Epoch[] = [];
  batch: Batch | undefined;
  progress: Progress | undefined;
  /** The state after the last epoch. */
  checkpoint: Uint8Array | undefined;
  /** The network, under an id that it has in the whole page. */
  network: { id: string; model: Model } | undefined;

  constructor(
    readonly settings: Settings,
    /** Epochs in all. */
    readonly epochs = Number(valueIn(settings, 'epochs')),
  ) {}

  /** Batches in all; 0 before that is known. */
  get batches(): number {
    return this.progress?.total ?? 0;
  }

  /** The same training, to be gone on with from its last epoch to a later one. */
  longer(epochs: number): Run {
    const run = new Run(this.settings, epochs);
    const batchesAnEpoch = this.batches / this.epochs;
    const done = this.history.length * batchesAnEpoch;
    run.losses = this.losses.until(done);
    run.accuracies = this.accuracies.until(done);
    run.history = [...this.history];
    run.checkpoint = this.checkpoint;
    run.network = this.network;
    run.progress = { done, total: epochs * batchesAnEpoch, fraction: this.history.length / epochs, secondsLeft: null };
    return run;
  }
}
