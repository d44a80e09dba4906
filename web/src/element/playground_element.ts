import { render } from 'lit/html.js';
import { readAttributes, readControls, type StateAttribute, stateAttributes } from './attributes.js';
import type { Results } from './experiment.js';
import { PixelImage } from './pixel_image.js';
import { Playground } from './playground.js';
import { namesOf, type State } from './state.js';
import controlsStyle from './style/controls.css?inline';
import foundationStyle from './style/foundation.css?inline';
import hostStyle from './style/host.css?inline';
import stageStyle from './style/stage.css?inline';
import themeStyle from './style/theme.css?inline';
import { english, type Texts } from './texts.js';
import { playgroundView } from './view/playground_view.js';

/** What a network says of an image. */
export interface SeenImage {
  /** The class it sees, and what that is called. */
  label: number;
  name: string;
  /** How sure it is of each class. */
  probabilities: Float32Array;
}

/** `detail` of the event `result`. */
export interface PlaygroundResult {
  model: string;
  attack: string;
  /** The options in force that differ from their defaults, the limit among them. */
  options: Record<string, boolean | number | string | undefined>;
  /** True where the network was made to change its mind as the attack wanted. */
  fooled: boolean;
  status: 'success' | 'failed' | 'already-misclassified' | 'budget-exhausted';
  /** The right class, where it is known, and the class aimed at, if any. */
  label: number | undefined;
  target: number | undefined;
  before: SeenImage;
  after: SeenImage;
  /** Both images in the model's own layout and range. */
  original: Float32Array;
  adversarial: Float32Array;
  distances: { l0: number; l1: number; l2: number; linf: number };
  queries: number;
  gradients: number;
  seconds: number;
}

/** `detail` of the event `error`. */
export interface PlaygroundError {
  /** One word for the kind of failure, as of an MlsecError. */
  code: string;
  /** The attribute or option at fault; '' where there is none. */
  field: string;
  /** A whole sentence. */
  message: string;
}

/** How close to what is seen of the page an element begins. */
const nearby = '300px';

/** Elements that are in a document. */
const present = new Set<PlaygroundElement>();

/** For all elements one set of sheets. */
let sheets: CSSStyleSheet[] | undefined;

/**
 * `<mlsec-playground>`: an attack on a small network, live. Everything happens inside it and in the workers of the
 * package; the page gets the events `result` and `error`.
 */
export class PlaygroundElement extends (globalThis.HTMLElement ?? Object) {
  /** Called when the last one has left the page. */
  static lastGone: (() => void) | undefined;

  static readonly observedAttributes = [...stateAttributes, 'controls', 'loading'];

  #playground: Playground | undefined;
  #texts: Texts = english;
  #watch: IntersectionObserver | undefined;
  #frame = 0;
  #changing = false;
  #begun = false;
  #complaint = '';

  connectedCallback(): void {
    for (const name of [...stateAttributes, 'texts', 'controls'] as const) this.#upgrade(name);
    present.add(this);
    this.#open();
    if (this.#begun) return this.#changing ? this.#show() : this.#playground?.again();
    if (this.getAttribute('loading') === 'eager') return this.#begin();
    this.#watch = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && this.#begin(),
      {
        rootMargin: nearby,
      },
    );
    this.#watch.observe(this);
  }

  disconnectedCallback(): void {
    this.#watch?.disconnect();
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#playground?.rest();
    present.delete(this);
    // One that is only moved is back by then.
    setTimeout(() => present.size === 0 && PlaygroundElement.lastGone?.());
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (before === now || !this.#playground) return;
    if (name === 'controls') {
      this.#playground.settings.controls = readControls(now);
      return this.#playground.draw();
    }
    if (name === 'loading') return now === 'eager' && this.isConnected ? this.#begin() : undefined;
    // Several that change together are one change.
    if (this.#begun && !this.#changing) queueMicrotask(() => this.#show());
    this.#changing = true;
  }

  /** The network's id. */
  get model(): string {
    return this.#state.model;
  }
  set model(value: string | null | undefined) {
    this.#set('model', value);
  }

  /** Which of the samples that come with the package, from 0. */
  get sample(): number {
    return this.#state.sample;
  }
  set sample(value: number | string | null | undefined) {
    this.#set('sample', value);
  }

  /** The attack's id. */
  get attack(): string {
    return this.#state.attack;
  }
  set attack(value: string | null | undefined) {
    this.#set('attack', value);
  }

  /** The class to aim at, by number or by name; undefined for any other than the right one. */
  get target(): number | undefined {
    return this.#state.target;
  }
  set target(value: number | string | null | undefined) {
    this.#set('target', value);
  }

  /** The norm's name, where it was chosen. */
  get norm(): string | undefined {
    return this.#state.options.norm as string | undefined;
  }
  set norm(value: string | null | undefined) {
    this.#set('norm', value);
  }

  /** The attack's limit, where it was chosen. */
  get epsilon(): number | undefined {
    return this.#state.options.epsilon as number | undefined;
  }
  set epsilon(value: number | string | null | undefined) {
    this.#set('epsilon', value);
  }

  /** Where the attack's random numbers start, where that was chosen. */
  get seed(): number | undefined {
    return this.#state.options.seed as number | undefined;
  }
  set seed(value: number | string | null | undefined) {
    this.#set('seed', value);
  }

  /** Further options of the attack, by name. */
  get options(): Record<string, boolean | number | string | undefined> {
    return { ...this.#state.options };
  }
  set options(value: Record<string, unknown> | string | null | undefined) {
    this.#set('options', value && typeof value === 'object' ? JSON.stringify(value) : value);
  }

  /** What a visitor may change or do; everything where it is null. */
  get controls(): string | null {
    return this.getAttribute('controls');
  }
  set controls(value: string | readonly string[] | null | undefined) {
    this.#set('controls', typeof value === 'object' && value !== null ? value.join(' ') : value);
  }

  /** What the element says; members that are left out stay English. */
  get texts(): Texts {
    return this.#texts;
  }
  set texts(value: Partial<Texts>) {
    this.#texts = { ...english, ...value };
    if (!this.#playground) return;
    this.#playground.settings.texts = this.#texts;
    if (this.#begun) this.#playground.again();
  }

  get #state(): State {
    return this.#begun && !this.#changing && this.#playground ? this.#playground.state : this.#asked().state;
  }

  #asked() {
    return readAttributes((name) => this.getAttribute(name), this.#texts);
  }

  #set(name: StateAttribute | 'controls', value: unknown): void {
    if (value === undefined || value === null) this.removeAttribute(name);
    // What a visitor has changed since, the same value changes back.
    else if (this.getAttribute(name) === String(value)) this.attributeChangedCallback(name, null, String(value));
    else this.setAttribute(name, String(value));
  }

  /** A property that was set before the element was known goes through its setter now. */
  #upgrade(name: StateAttribute | 'texts' | 'controls'): void {
    if (!Object.hasOwn(this, name)) return;
    const value = this[name];
    Reflect.deleteProperty(this, name);
    Object.assign(this, { [name]: value });
  }

  /** The inside, which says that it is loading until it is looked at. */
  #open(): void {
    if (this.#playground) return;
    if (!customElements.get('mlsec-pixel-image')) {
      customElements.define('mlsec-pixel-image', PixelImage as unknown as CustomElementConstructor);
    }
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = styleSheets();
    const draw = () => {
      if (this.isConnected) this.#frame ||= requestAnimationFrame(() => this.#draw(root));
    };
    this.#playground = new Playground(draw, () => {}, {
      texts: this.#texts,
      controls: readControls(this.getAttribute('controls')),
      done: (state, results) => this.#done(state, results),
      failed: (error) => this.#failed(error),
    });
    this.#playground.state = this.#asked().state;
    const take = (event: DragEvent | ClipboardEvent, data: DataTransfer | null) => {
      const files = [...(data?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      event.stopPropagation();
      this.#take(files);
    };
    root.addEventListener('dragover', (event) => event.preventDefault());
    root.addEventListener('drop', (event) => take(event as DragEvent, (event as DragEvent).dataTransfer));
    root.addEventListener('paste', (event) => take(event as ClipboardEvent, (event as ClipboardEvent).clipboardData));
    this.#draw(root);
  }

  /** What was dropped or pasted, as far as a visitor may choose it. */
  #take(files: readonly File[]): void {
    const picture = files.some(({ type }) => type.startsWith('image/'));
    if (this.#playground?.offers(picture ? 'image' : 'model')) void this.#playground.openFiles(files);
  }

  #begin(): void {
    this.#watch?.disconnect();
    if (this.#begun) return;
    this.#begun = true;
    this.#show();
  }

  #show(): void {
    // Attributes that change meanwhile are shown when it is back.
    if (!this.isConnected) return;
    this.#changing = false;
    const { state, complaints } = this.#asked();
    this.#playground?.show(state, complaints);
    const complaint = complaints.join(' ');
    if (complaint && complaint !== this.#complaint) this.#tell({ code: 'out-of-range', field: '', message: complaint });
    this.#complaint = complaint;
  }

  #draw(root: ShadowRoot): void {
    this.#frame = 0;
    if (!this.#playground) return;
    const heir = root.activeElement?.closest<HTMLElement>('[data-heir]')?.dataset.heir;
    const { notice } = this.#playground;
    render(playgroundView(this.#playground, undefined, notice), root);
    // Whoever used with the keyboard what is no longer there goes on close by.
    if (heir && !root.activeElement) root.querySelector<HTMLElement>(heir)?.focus();
  }

  #done(state: State, { info, before, finding, verdict }: Results): void {
    if (!before || !finding) return;
    const names = namesOf(state, info);
    const seen = ({ label, probabilities }: typeof before): SeenImage => ({
      label,
      name: names[label] ?? String(label),
      probabilities: probabilities.slice(),
    });
    const { status, target, distances, queries, gradients, seconds, after, original, adversarial } = finding;
    const detail: PlaygroundResult = {
      model: state.model,
      attack: state.attack,
      options: { ...state.options },
      fooled: verdict?.fooled ?? false,
      status,
      label: finding.label,
      target,
      before: seen(before),
      after: seen(after),
      original: original.slice(),
      adversarial: adversarial.slice(),
      distances: { ...distances },
      queries,
      gradients,
      seconds,
    };
    this.dispatchEvent(new CustomEvent('result', { detail }));
  }

  #failed(error: unknown): void {
    const { code = 'internal', field = '', message } = error as Partial<PlaygroundError> & Error;
    this.#tell({ code, field, message });
  }

  #tell(detail: PlaygroundError): void {
    this.dispatchEvent(new CustomEvent('error', { detail }));
  }
}

function styleSheets(): CSSStyleSheet[] {
  sheets ??= [themeStyle, foundationStyle, hostStyle, stageStyle, controlsStyle].map((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  });
  return sheets;
}
