import type { ShippedSamples } from 'mlsec';
import { type ImageShape, sizeOf } from '../image_shape.js';
import { coloursOf, greyOf, rasterSize } from '../picture.js';

type Pen = OffscreenCanvasRenderingContext2D;

/** Pictures to begin with where no samples fit: drawn in a square of side 1. */
const scenes: readonly ((pen: Pen) => void)[] = [landscape, fruit, boat];

/** The scenes as a network takes its images; nobody says what they show. */
export async function scenesFor(shape: ImageShape): Promise<ShippedSamples> {
  const { width, height, channels } = shape;
  const size = sizeOf(shape);
  const data = new Uint8Array(scenes.length * size);
  for (const [index, scene] of scenes.entries()) {
    data.set(pixelsOf(scene, shape), index * size);
    // Large ones take a while each, and the page goes on between them.
    await new Promise((resolve) => setTimeout(resolve));
  }
  const extents = [scenes.length, height, width, channels];
  return { inputs: { data, shape: extents, layout: 'hwc' }, labels: new Int32Array(), classNames: [] };
}

function pixelsOf(scene: (pen: Pen) => void, shape: ImageShape): Float32Array {
  const [width, height] = rasterSize(shape);
  const canvas = new OffscreenCanvas(width, height);
  const pen = canvas.getContext('2d', { willReadFrequently: true }) as Pen;
  pen.scale(width, height);
  scene(pen);
  const { data } = pen.getImageData(0, 0, width, height);
  return shape.channels === 1 ? greyOf(data, shape) : coloursOf(data, shape);
}

function landscape(pen: Pen): void {
  fill(pen, fading(pen, 0, 0.6, '#5d9ad6', '#dcebf5'), () => pen.rect(0, 0, 1, 0.62));
  fill(pen, '#f7e08a', () => pen.arc(0.78, 0.18, 0.08, 0, 7));
  fill(pen, '#7f8a97', () => corners(pen, [0, 0.6, 0.22, 0.24, 0.4, 0.48, 0.58, 0.3, 0.86, 0.6]));
  fill(pen, '#eef2f5', () => corners(pen, [0.15, 0.355, 0.22, 0.24, 0.29, 0.33, 0.22, 0.32]));
  fill(pen, fading(pen, 0.56, 1, '#6fa24a', '#41702f'), () => pen.rect(0, 0.58, 1, 0.42));
  fill(pen, '#d9cbb0', () => corners(pen, [0.42, 1, 0.5, 0.58, 0.53, 0.58, 0.66, 1]));
  fill(pen, '#c9b79c', () => pen.rect(0.62, 0.52, 0.24, 0.2));
  fill(pen, '#9c3f31', () => corners(pen, [0.58, 0.53, 0.74, 0.4, 0.9, 0.53]));
  fill(pen, '#4a3a2c', () => pen.rect(0.71, 0.6, 0.07, 0.12));
  fill(pen, '#5a4330', () => pen.rect(0.2, 0.6, 0.035, 0.2));
  for (const [x, y] of [
    [0.16, 0.56],
    [0.27, 0.57],
    [0.215, 0.47],
  ] as const) {
    fill(pen, '#2f6a35', () => pen.arc(x, y, 0.085, 0, 7));
  }
}

function fruit(pen: Pen): void {
  fill(pen, fading(pen, 0, 0.6, '#e9dfcc', '#cdbd9f'), () => pen.rect(0, 0, 1, 0.62));
  fill(pen, fading(pen, 0.6, 1, '#8c5f3c', '#5d3c24'), () => pen.rect(0, 0.6, 1, 0.4));
  fill(pen, 'rgb(0 0 0 / 0.3)', () => pen.ellipse(0.57, 0.8, 0.34, 0.06, 0, 0, 7));
  fill(pen, ball(pen, 0.4, 0.58, 0.23, '#ff8a6b', '#b3201f'), () => pen.arc(0.4, 0.58, 0.23, 0, 7));
  fill(pen, ball(pen, 0.7, 0.64, 0.17, '#ffd27a', '#e07f12'), () => pen.arc(0.7, 0.64, 0.17, 0, 7));
  fill(pen, '#4c3420', () => corners(pen, [0.39, 0.4, 0.42, 0.26, 0.45, 0.27, 0.42, 0.4]));
  fill(pen, '#4d8a3a', () => pen.ellipse(0.51, 0.3, 0.09, 0.035, -0.4, 0, 7));
}

function boat(pen: Pen): void {
  fill(pen, fading(pen, 0, 0.55, '#f2b27a', '#f9e3c2'), () => pen.rect(0, 0, 1, 0.56));
  fill(pen, fading(pen, 0.54, 1, '#3f7d9e', '#173e5a'), () => pen.rect(0, 0.54, 1, 0.46));
  fill(pen, '#5b3a26', () => corners(pen, [0.22, 0.62, 0.78, 0.62, 0.68, 0.74, 0.32, 0.74]));
  fill(pen, '#3a281b', () => pen.rect(0.485, 0.14, 0.02, 0.5));
  fill(pen, '#fbf7ee', () => corners(pen, [0.52, 0.16, 0.52, 0.58, 0.77, 0.58]));
  fill(pen, '#d7483b', () => corners(pen, [0.47, 0.22, 0.47, 0.58, 0.27, 0.58]));
  for (const y of [0.8, 0.87, 0.94])
    fill(pen, 'rgb(255 255 255 / 0.25)', () => pen.ellipse(0.5, y, 0.3, 0.008, 0, 0, 7));
}

function fill(pen: Pen, style: string | CanvasGradient, trace: () => void): void {
  pen.fillStyle = style;
  pen.beginPath();
  trace();
  pen.fill();
}

/** A polygon: x and y of each corner. */
function corners(pen: Pen, places: readonly number[]): void {
  for (let at = 0; at < places.length; at += 2) pen.lineTo(places[at] as number, places[at + 1] as number);
}

/** From one colour to another, downwards. */
function fading(pen: Pen, top: number, bottom: number, from: string, to: string): CanvasGradient {
  return between(pen.createLinearGradient(0, top, 0, bottom), from, to);
}

/** Lit from the upper left. */
function ball(pen: Pen, x: number, y: number, radius: number, light: string, dark: string): CanvasGradient {
  const gradient = pen.createRadialGradient(x - radius / 3, y - radius / 3, radius / 10, x, y, radius);
  return between(gradient, light, dark);
}

function between(gradient: CanvasGradient, from: string, to: string): CanvasGradient {
  gradient.addColorStop(0, from);
  gradient.addColorStop(1, to);
  return gradient;
}
