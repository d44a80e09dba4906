import { Playground } from './playground.js';
import type { MakeScreen } from './screen.js';
import { playgroundView } from './view/playground_view.js';

export const makeScreen: MakeScreen = ({ draw, settled }) => {
  const state = new Playground(draw, settled);
  return { state, view: () => playgroundView(state) };
};
