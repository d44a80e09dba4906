import { side } from './digit.js';
import { digitFrom } from './drawn_digit.js';

const padSide = 10 * side;
const penWidth = 2.3 * 10;

interface Place {
  x: number;
  y: number;
}

/**
 * `<mlsec-drawing-pad>`: a square to draw a digit in with mouse, pen or finger. While it is drawn, events 'drawn' tell the
 * digit as the networks know them (`detail`: a byte a pixel).
 */
export class DrawingPad extends (globalThis.HTMLElement ?? Object) {
  readonly #canvas = document.createElement('canvas');
  readonly #context = this.#canvas.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D;
  /** Where the pen is, while it is down. */
  #last: Place | undefined;
  /** Where the line ends: half-way there. */
  #middle: Place | undefined;
  #telling = 0;
  #told: Uint8Array | undefined;

  constructor() {
    super();
    Object.assign(this.#canvas, { width: padSide, height: padSide });
    this.#context.strokeStyle = 'white';
    this.#context.lineWidth = penWidth;
    this.#context.lineCap = 'round';
    this.#canvas.addEventListener('pointerdown', (event) => this.#begin(event));
    this.#canvas.addEventListener('pointermove', (event) => this.#go(event));
    for (const end of ['pointerup', 'pointercancel'] as const) this.#canvas.addEventListener(end, () => this.#end());
  }

  connectedCallback(): void {
    this.append(this.#canvas);
  }

  /** A digit to start from, such as the one in a link. One that comes from here is not drawn over itself. */
  set digit(digit: Uint8Array | undefined) {
    if (digit === this.#told) return;
    this.#told = digit;
    this.#context.clearRect(0, 0, padSide, padSide);
    if (!digit) return;
    const small = new OffscreenCanvas(side, side);
    const image = new ImageData(side, side);
    digit.forEach((value, index) => {
      image.data.set([255, 255, 255, value], index * 4);
    });
    small.getContext('2d')?.putImageData(image, 0, 0);
    this.#context.drawImage(small, 0, 0, padSide, padSide);
  }

  #begin(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    this.#canvas.setPointerCapture(event.pointerId);
    this.#last = this.#middle = this.#placeOf(event);
  }

  #go(event: PointerEvent): void {
    if (!this.#last) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length > 0 ? events : [event]) this.#stroke(this.#placeOf(each));
  }

  /** To the last point itself, and a bit further: of a line without length, a tap, nothing would be drawn. */
  #end(): void {
    if (!this.#last) return;
    const { x, y } = this.#last;
    this.#draw((pen) => pen.lineTo(x + 0.1, y));
    this.#last = undefined;
  }

  /** Curves from middle to middle of the points, which leaves no corners. */
  #stroke(to: Place): void {
    const { x, y } = this.#last as Place;
    const middle = { x: (x + to.x) / 2, y: (y + to.y) / 2 };
    this.#draw((pen) => pen.quadraticCurveTo(x, y, middle.x, middle.y));
    this.#last = to;
    this.#middle = middle;
  }

  /** From where the line ends. */
  #draw(trace: (pen: CanvasRenderingContext2D) => void): void {
    const { x, y } = this.#middle as Place;
    this.#context.beginPath();
    this.#context.moveTo(x, y);
    trace(this.#context);
    this.#context.stroke();
    this.#telling ||= requestAnimationFrame(() => this.#tell());
  }

  #placeOf(event: PointerEvent): Place {
    const box = this.#canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) / box.width) * padSide,
      y: ((event.clientY - box.top) / box.height) * padSide,
    };
  }

  #tell(): void {
    this.#telling = 0;
    const { data } = this.#context.getImageData(0, 0, padSide, padSide);
    const ink = Uint8Array.from({ length: padSide * padSide }, (_, index) => data[index * 4 + 3] as number);
    this.#told = digitFrom(ink, padSide);
    this.dispatchEvent(new CustomEvent('drawn', { detail: this.#told }));
  }
}
