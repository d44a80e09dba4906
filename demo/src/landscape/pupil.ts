import { type Architecture, type Model, Trainer, type TrainOptions } from 'mlsec';
import type { Points } from './points.js';

/** The same bytes on every machine, so that a link shows everyone the same. */
export const deterministic = true;

/** A network that learns the points, epoch by epoch. */
export class Pupil {
  epoch = 0;
  /** As it is now. */
  model: Model | undefined;
  readonly #trainer: Trainer;
  #gone = false;

  static async create(architecture: Architecture, points: Points, options: TrainOptions): Promise<Pupil> {
    const pupil = new Pupil(await Trainer.create(architecture, dataOf(points), { ...options, deterministic }));
    await pupil.#read();
    return pupil;
  }

  private constructor(trainer: Trainer) {
    this.#trainer = trainer;
  }

  /** Learns for so many epochs of so many batches. */
  async learn(epochs: number, batchesAnEpoch: number): Promise<void> {
    await this.#trainer.step(epochs * batchesAnEpoch);
    this.epoch += epochs;
    await this.#read();
  }

  dispose(): void {
    this.#gone = true;
    this.#trainer.dispose();
    this.model?.dispose();
  }

  async #read(): Promise<void> {
    const model = await this.#trainer.model();
    this.model?.dispose();
    this.model = model;
    if (this.#gone) model.dispose();
  }
}

/** The points as the package takes them. */
export function dataOf({ places, labels }: Points) {
  return { inputs: { data: places, shape: [labels.length, 2] }, labels, classNames: ['0', '1'] };
}
