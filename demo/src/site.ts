import { keepOffline } from './offline/keep_offline.js';
import type { Entry, Screen } from './screen.js';
import { screens } from './screens.js';

/** The screens, which of them is shown, and the address that leads there. */
export class Site {
  /** The screen that is shown, or will be as soon as its code is there. */
  entry: Entry = screens[0];
  /** True where that code could not be fetched. */
  missing = false;
  /** True once the page works without a network, on the next visit, too. */
  offline = false;

  readonly #show: (site: Site) => void;
  readonly #made = new Map<string, Screen>();
  readonly #fetching = new Map<string, Promise<Screen | undefined>>();
  #frame = 0;
  #rested = false;

  /** @param show draws the page; it is called at most once a frame. */
  constructor(show: (site: Site) => void) {
    this.#show = show;
  }

  /** What is shown, as soon as it is there. */
  get shown(): Screen | undefined {
    return this.#made.get(this.entry.id);
  }

  /** The part of an address that leads to a screen as it was left. */
  linkTo({ id }: Entry): string {
    return this.#made.get(id)?.state.link ?? (id === screens[0].id ? '#v=1' : `#v=1&screen=${id}`);
  }

  /** How far the work has come that goes on in a screen. */
  shareOf({ id }: Entry): number | undefined {
    return this.#made.get(id)?.state.share;
  }

  /** Shows what the address says. */
  open(): void {
    const link = location.hash.slice(1);
    const left = screens.find(({ id }) => id === history.state?.screen);
    // Back to a screen as it was left, be it one that no link leads to.
    const again = left !== undefined && this.#made.get(left.id)?.state.link === location.hash;
    const named = screens.find(({ id }) => id === new URLSearchParams(link).get('screen'));
    this.#enter(again ? left : (named ?? screens[0]));
    if (!again) void this.#fetch(this.entry).then((screen) => screen?.state.open(link));
    this.draw();
  }

  /** Goes to a screen as it was left. */
  go(id: string): void {
    const entry = screens.find((each) => each.id === id);
    if (!entry || entry === this.entry) return;
    this.#enter(entry);
    history.pushState({ screen: id }, '', this.linkTo(entry));
    void this.#fetch(entry).then((screen) => screen?.state.again?.());
    scrollTo(0, 0);
    this.draw();
  }

  /** Gives dropped files to the screen that is shown, or else to the first that takes any. */
  async openFiles(files: readonly File[]): Promise<void> {
    const entry = this.shown?.state.openFiles ? this.entry : screens[0];
    await (await this.#fetch(entry))?.state.openFiles?.(files);
    this.go(entry.id);
  }

  readonly draw = (): void => {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#show(this);
    });
  };

  readonly #attack = async (id: string, right: readonly number[]): Promise<void> => {
    (await this.#fetch(screens[0]))?.state.chooseNetwork?.(id, right);
    this.go(screens[0].id);
  };

  #enter(entry: Entry): void {
    if (entry !== this.entry) this.shown?.state.leave?.();
    this.entry = entry;
    this.missing = false;
  }

  /** Once; what could not be fetched is tried again the next time. */
  #fetch(entry: Entry): Promise<Screen | undefined> {
    const { id } = entry;
    const fetching = this.#fetching.get(id) ?? this.#make(entry);
    this.#fetching.set(id, fetching);
    return fetching;
  }

  async #make({ id, fetch }: Entry): Promise<Screen | undefined> {
    try {
      const { makeScreen } = await fetch();
      const screen = makeScreen({ draw: this.draw, settled: () => this.#settled(id), attack: this.#attack });
      this.#made.set(id, screen);
      return screen;
    } catch {
      this.#fetching.delete(id);
      this.missing ||= this.entry.id === id;
      return undefined;
    } finally {
      this.draw();
    }
  }

  #settled(id: string): void {
    if (id === this.entry.id && this.shown) history.replaceState({ screen: id }, '', this.shown.state.link);
    // So that the page goes on without a network.
    void this.#fetchTheRest();
  }

  async #fetchTheRest(): Promise<void> {
    for (const entry of screens) await this.#fetch(entry);
    if (this.#rested) return;
    this.#rested = true;
    // A lesson's pieces may still be at work.
    await new Promise((resolve) => setTimeout(resolve, 2000));
    await keepOffline();
    this.offline = true;
    this.draw();
  }
}
