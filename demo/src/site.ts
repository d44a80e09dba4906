import { Playground } from '../../web/src/element/playground.js';
import type * as TrainingRoom from './training/room.js';
import type { Linked } from './view/link_button.js';

export type Screen = 'attack' | 'train';

/** The screens, which of them is shown, and the address that leads there. */
export class Site {
  screen: Screen = 'attack';
  readonly playground: Playground;
  /** The other screen; its code is fetched when it is first asked for. */
  training: { state: TrainingRoom.Training; view: typeof TrainingRoom.trainingView } | undefined;

  /** True where that could not be fetched. */
  missing = false;

  readonly #show: (site: Site) => void;
  #fetching: Promise<void> | undefined;
  #frame = 0;

  /** @param show draws the page; it is called at most once a frame. */
  constructor(show: (site: Site) => void) {
    this.#show = show;
    this.playground = new Playground(this.draw, () => {
      this.#writeAddress('attack');
      // So that the page goes on without a network.
      void this.fetchTraining();
    });
  }

  /** What is shown, as soon as it is there. */
  get shown(): (Linked & { notice: string }) | undefined {
    return this.screen === 'attack' ? this.playground : this.training?.state;
  }

  /** Shows what the address says. */
  open(): void {
    const link = location.hash.slice(1);
    const again = history.state?.screen === 'attack' && this.playground.link === location.hash;
    this.screen = !again && new URLSearchParams(link).get('screen') === 'train' ? 'train' : 'attack';
    if (this.screen === 'train') void this.fetchTraining().then(() => this.training?.state.open(link));
    else if (!again) this.playground.open(link);
    this.draw();
  }

  /** Goes to a screen as it was left. */
  go(screen: Screen): void {
    if (screen === this.screen) return;
    this.screen = screen;
    history.pushState({ screen }, '', this.shown?.link ?? '#v=1&screen=train');
    if (screen === 'train') void this.fetchTraining();
    else this.playground.again();
    scrollTo(0, 0);
    this.draw();
  }

  readonly draw = (): void => {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#show(this);
    });
  };

  /** Once; what could not be fetched is tried again the next time. */
  fetchTraining(): Promise<void> {
    this.missing = false;
    this.#fetching ??= import('./training/room.js').then(
      ({ Training, trainingView }) => {
        const attack = (id: string, right: readonly number[]) => {
          this.playground.chooseNetwork(id, right);
          this.go('attack');
        };
        const state = new Training(this.draw, () => this.#writeAddress('train'), attack);
        this.training = { state, view: trainingView };
        this.draw();
      },
      () => {
        this.#fetching = undefined;
        this.missing = true;
        this.draw();
      },
    );
    return this.#fetching;
  }

  #writeAddress(screen: Screen): void {
    if (screen === this.screen && this.shown) history.replaceState({ screen }, '', this.shown.link);
  }
}
