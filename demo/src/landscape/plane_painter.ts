import { ballOutline } from './ball.js';
import { contour, type Segment } from './contours.js';
import type { Foray, Frame, Surface } from './look.js';
import type { Points } from './points.js';

/** What a plane shows. */
export interface Scene {
  frame: Frame;
  surface: Surface | undefined;
  what: 'answers' | 'loss';
  /** The loss that has the deepest colour. */
  top: number;
  points: Points;
  /** The attacked point, and what came of it. */
  attacked: number | undefined;
  foray: Foray | undefined;
  ball: { norm: string; radius: number };
  /** Whether arrow keys move a cursor, for points to be placed, or go from point to point. */
  drawing: boolean;
}

/** Contours of a loss. */
const lossLines = 10;

/** With more steps than this, a path shows only its line. */
const mostStops = 50;

type Colour = readonly [red: number, green: number, blue: number];

type Colours = Record<'ground' | 'ink' | 'one' | 'other' | 'pointOne' | 'pointOther' | 'deep', Colour>;

/** The colours that the style sheet has for an element. */
export function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element);
  const read = (name: string): Colour => {
    const digits = style.getPropertyValue(`--plane-${name}`).trim().slice(1);
    const part = (index: number) => Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16) || 0;
    return [part(0), part(1), part(2)];
  };
  return {
    ground: read('ground'),
    ink: read('ink'),
    one: read('one'),
    other: read('other'),
    pointOne: read('point-one'),
    pointOther: read('point-other'),
    deep: read('deep'),
  };
}

/** Draws one scene, on a canvas of `side` pixels each way. */
export class Painter {
  readonly #unit: number;

  constructor(
    readonly context: CanvasRenderingContext2D,
    readonly side: number,
    readonly scene: Scene,
    readonly colours: Colours,
  ) {
    this.#unit = side / Math.max(1, context.canvas.clientWidth);
  }

  ground(): void {
    this.context.fillStyle = css(this.colours.ground);
    this.context.fillRect(0, 0, this.side, this.side);
  }

  /** A pixel for each place of the grid. */
  shades({ shares, losses, side }: Surface): ImageData {
    const { ground, one, other, deep } = this.colours;
    const image = new ImageData(side, side);
    for (let index = 0; index < shares.length; index++) {
      const share = shares[index] ?? 0.5;
      const loss = Math.sqrt(Math.min(1, (losses[index] ?? 0) / this.scene.top));
      const [towards, amount] =
        this.scene.what === 'loss' ? [deep, 0.9 * loss] : [share < 0.5 ? one : other, 0.75 * Math.abs(2 * share - 1)];
      const mixed = ground.map((value, part) => value + amount * ((towards[part] ?? 0) - value));
      image.data.set([...mixed, 255], 4 * index);
    }
    return image;
  }

  /** The outermost places of the grid lie on the edge. */
  surface(small: HTMLCanvasElement, side: number): void {
    this.context.imageSmoothingEnabled = true;
    this.context.imageSmoothingQuality = 'high';
    this.context.drawImage(small, 0.5, 0.5, side - 1, side - 1, 0, 0, this.side, this.side);
  }

  lines(): void {
    const { surface, what, top } = this.scene;
    if (!surface) return;
    const { shares, losses, side } = surface;
    if (what === 'loss') {
      this.context.globalAlpha = 0.4;
      for (let line = 1; line < lossLines; line++) {
        this.#segments(contour(losses, side, top * (line / lossLines) ** 2), side, 1);
      }
      this.context.globalAlpha = 1;
    }
    this.#segments(contour(shares, side, 0.5), side, 2);
  }

  points(): void {
    const { places, labels } = this.scene.points;
    const { ground, pointOne, pointOther } = this.colours;
    this.context.lineWidth = this.#unit;
    this.context.strokeStyle = css(ground);
    const size = this.#unit * (this.side / this.#unit < 250 ? 2.6 : 3.8);
    for (const [index, label] of labels.entries()) {
      const [x, y] = this.#at(places[2 * index] ?? 0, places[2 * index + 1] ?? 0);
      this.context.fillStyle = css(label === 0 ? pointOne : pointOther);
      this.context.beginPath();
      if (label === 0) this.context.arc(x, y, size, 0, 2 * Math.PI);
      else this.#polygon([x, y - 1.35 * size, x + 1.35 * size, y, x, y + 1.35 * size, x - 1.35 * size, y]);
      this.context.fill();
      this.context.stroke();
    }
  }

  /** The room of the attacked point, and a ring around it. */
  ball(): void {
    const { attacked, ball, points } = this.scene;
    if (attacked === undefined || points.labels[attacked] === undefined) return;
    const [x, y] = [points.places[2 * attacked] ?? 0, points.places[2 * attacked + 1] ?? 0];
    const { closed, lines } = ballOutline(ball.norm, ball.radius);
    this.context.setLineDash([5 * this.#unit, 4 * this.#unit]);
    for (const line of lines) {
      const corners = line.map((value, index) => value + (index % 2 === 0 ? x : y));
      this.context.beginPath();
      this.#polygon(this.#all(corners), closed);
      this.#stroke(1.75);
    }
    this.context.setLineDash([]);
    this.context.beginPath();
    this.context.arc(...this.#at(x, y), 7 * this.#unit, 0, 2 * Math.PI);
    this.#stroke(2);
  }

  /** The way an attack went, and a cross where it ended. */
  path(): void {
    const { foray } = this.scene;
    if (!foray || foray.status === 'already-misclassified') return;
    const places = this.#all([...foray.path]);
    this.context.beginPath();
    this.#polygon(places, false);
    this.#stroke(places.length / 2 > 4 * mostStops ? 1 : 2);
    this.context.fillStyle = css(this.colours.ink);
    if (places.length / 2 <= mostStops) {
      for (let stop = 2; stop + 2 < places.length; stop += 2) {
        this.context.beginPath();
        this.context.arc(places[stop] ?? 0, places[stop + 1] ?? 0, 1.8 * this.#unit, 0, 2 * Math.PI);
        this.context.fill();
      }
    }
    const [x, y] = this.#at(...foray.end);
    const arm = 5.5 * this.#unit;
    for (const [dx, dy] of [
      [arm, arm],
      [arm, -arm],
    ] as const) {
      this.context.beginPath();
      this.#polygon([x - dx, y - dy, x + dx, y + dy], false);
      this.#stroke(2.5);
    }
  }

  cursor(place: { x: number; y: number }): void {
    const [x, y] = this.#at(place.x, place.y);
    const arm = 10 * this.#unit;
    for (const [dx, dy] of [
      [arm, 0],
      [0, arm],
    ] as const) {
      this.context.beginPath();
      this.#polygon([x - dx, y - dy, x + dx, y + dy], false);
      this.#stroke(2);
    }
  }

  #segments(segments: readonly Segment[], side: number, width: number): void {
    const scale = this.side / (side - 1);
    this.context.beginPath();
    for (const [fromX, fromY, toX, toY] of segments) {
      this.context.moveTo(fromX * scale, fromY * scale);
      this.context.lineTo(toX * scale, toY * scale);
    }
    this.context.strokeStyle = css(this.colours.ink);
    this.context.lineWidth = width * this.#unit;
    this.context.lineCap = 'round';
    this.context.stroke();
  }

  /** A line with a rim, so that it stands out from every ground. */
  #stroke(width: number): void {
    const { ground, ink } = this.colours;
    this.context.lineCap = this.context.lineJoin = 'round';
    this.context.strokeStyle = css(ground);
    this.context.globalAlpha = 0.7;
    this.context.lineWidth = (width + 2) * this.#unit;
    this.context.stroke();
    this.context.globalAlpha = 1;
    this.context.strokeStyle = css(ink);
    this.context.lineWidth = width * this.#unit;
    this.context.stroke();
  }

  #polygon(places: readonly number[], closed = true): void {
    for (let index = 0; index + 1 < places.length; index += 2) {
      this.context[index === 0 ? 'moveTo' : 'lineTo'](places[index] ?? 0, places[index + 1] ?? 0);
    }
    if (closed) this.context.closePath();
  }

  #at(x: number, y: number): [number, number] {
    const { frame } = this.scene;
    const scale = this.side / (2 * frame.reach);
    return [(x - frame.x + frame.reach) * scale, (frame.y + frame.reach - y) * scale];
  }

  #all(places: readonly number[]): number[] {
    const found: number[] = [];
    for (let index = 0; index + 1 < places.length; index += 2) {
      found.push(...this.#at(places[index] ?? 0, places[index + 1] ?? 0));
    }
    return found;
  }
}

function css([red, green, blue]: Colour): string {
  return `rgb(${red} ${green} ${blue})`;
}
