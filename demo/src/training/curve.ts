/** A batch, counted over all epochs, and a figure. */
export type Point = readonly [batch: number, value: number];

/** Of the smoothed figure, the share that each batch leaves as it was. */
const inertia = 0.9;

/** A curve is never made of more points. */
const mostPoints = 400;

/** A figure that differs much from batch to batch, smoothed; of a long training every second, fourth … point is kept. */
export class Curve {
  points: Point[] = [];
  #sum = 0;
  #weight = 0;
  #every = 1;

  add(batch: number, value: number): void {
    this.#sum = inertia * this.#sum + (1 - inertia) * value;
    this.#weight = inertia * this.#weight + (1 - inertia);
    if (batch % this.#every === 0) this.points.push([batch, this.#sum / this.#weight]);
    if (this.points.length <= mostPoints) return;
    this.#every *= 2;
    this.points = this.points.filter(([each]) => each % this.#every === 0);
  }

  /** The curve up to a batch, to be gone on with. */
  until(batch: number): Curve {
    const copy = new Curve();
    copy.points = this.points.filter(([each]) => each <= batch);
    copy.#every = this.#every;
    copy.#weight = copy.points.length > 0 ? 1 : 0;
    copy.#sum = copy.points.at(-1)?.[1] ?? 0;
    return copy;
  }
}
