import { coloursOf, Painter, type Scene } from './plane_painter.js';

/** How far the cursor goes with each key. */
const cursorStep = 0.05;

const directions: Record<string, readonly [right: number, up: number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/**
 * `<decision-plane tabindex="0" role="application" aria-label="…">` draws its property `scene`. Events: 'use' (`detail`:
 * a place) where it is clicked or dragged over, 'lift' after that, 'step' (`detail`: a direction) for arrow keys.
 */
export class DecisionPlane extends HTMLElement {
  readonly #canvas = document.createElement('canvas');
  readonly #small = document.createElement('canvas');
  readonly #dark = matchMedia('(prefers-color-scheme: dark)');
  readonly #size = new ResizeObserver(() => this.#draw());
  #scene: Scene | undefined;
  /** The surface that the small canvas holds, and how. */
  #painted: unknown[] = [];
  #cursor = { x: 0, y: 0 };
  #last: { x: number; y: number } | undefined;

  constructor() {
    super();
    this.addEventListener('pointerdown', (event) => this.#begin(event));
    this.addEventListener('pointermove', (event) => this.#go(event));
    for (const end of ['pointerup', 'pointercancel'] as const) this.addEventListener(end, () => this.#end());
    this.addEventListener('keydown', (event) => this.#key(event));
    for (const name of ['focus', 'blur']) this.addEventListener(name, () => this.#draw());
  }

  connectedCallback(): void {
    this.append(this.#canvas);
    this.#size.observe(this);
    this.#dark.addEventListener('change', this.#redraw);
  }

  disconnectedCallback(): void {
    this.#size.disconnect();
    this.#dark.removeEventListener('change', this.#redraw);
  }

  set scene(scene: Scene) {
    this.#scene = scene;
    this.#draw();
  }

  readonly #redraw = (): void => {
    this.#painted = [];
    this.#draw();
  };

  #begin(event: PointerEvent): void {
    if (event.button !== 0 || !this.#scene) return;
    // Fingers scroll the page where nothing is drawn.
    if (this.#scene.drawing) this.setPointerCapture(event.pointerId);
    this.#tell(this.#placeOf(event));
  }

  #go(event: PointerEvent): void {
    if (!this.#last || !this.#scene?.drawing) return;
    const place = this.#placeOf(event);
    // A line of points, not a smear.
    if (Math.hypot(place.x - this.#last.x, place.y - this.#last.y) >= 0.07) this.#tell(place);
  }

  #end(): void {
    if (this.#last) this.dispatchEvent(new CustomEvent('lift'));
    this.#last = undefined;
  }

  #key(event: KeyboardEvent): void {
    const direction = directions[event.key];
    const drawing = this.#scene?.drawing;
    if (direction && !drawing) this.dispatchEvent(new CustomEvent('step', { detail: direction }));
    else if (direction) {
      const move = (from: number, by: number) => Math.max(-1, Math.min(1, from + by * cursorStep));
      this.#cursor = { x: move(this.#cursor.x, direction[0]), y: move(this.#cursor.y, direction[1]) };
      this.#draw();
    } else if (drawing && (event.key === 'Enter' || event.key === ' ')) {
      this.#tell(this.#cursor);
      this.#end();
    } else return;
    event.preventDefault();
  }

  #tell(place: { x: number; y: number }): void {
    this.#last = place;
    this.dispatchEvent(new CustomEvent('use', { detail: place }));
  }

  #placeOf(event: PointerEvent): { x: number; y: number } {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    const { x, y, reach } = this.#scene?.frame ?? { x: 0, y: 0, reach: 1 };
    return {
      x: x + reach * ((2 * (event.clientX - left)) / width - 1),
      y: y - reach * ((2 * (event.clientY - top)) / height - 1),
    };
  }

  #draw(): void {
    const side = Math.round(this.clientWidth * devicePixelRatio);
    const context = this.#canvas.getContext('2d');
    if (!this.#scene || !context || side === 0) return;
    if (this.#canvas.width !== side) Object.assign(this.#canvas, { width: side, height: side });
    const painter = new Painter(context, side, this.#scene, coloursOf(this));
    painter.ground();
    this.#paintSurface(painter);
    painter.lines();
    painter.points();
    painter.ball();
    painter.path();
    if (this.#scene.drawing && document.activeElement === this) painter.cursor(this.#cursor);
  }

  /** Of a surface as it was, only what lies upon it is drawn anew. */
  #paintSurface(painter: Painter): void {
    const { surface, what, top } = painter.scene;
    if (!surface) return;
    if (this.#painted[0] !== surface || this.#painted[1] !== what || this.#painted[2] !== top) {
      this.#painted = [surface, what, top];
      Object.assign(this.#small, { width: surface.side, height: surface.side });
      this.#small.getContext('2d')?.putImageData(painter.shades(surface), 0, 0);
    }
    painter.surface(this.#small, surface.side);
  }
}
