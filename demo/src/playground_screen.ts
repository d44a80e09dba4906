import { Playground } from '../../web/src/element/playground.js';
import { playgroundView } from '../../web/src/element/view/playground_view.js';
import type { MakeScreen } from './screen.js';
import { explanation } from './view/explanation.js';

export const makeScreen: MakeScreen = ({ draw, settled }) => {
  const state = new Playground(draw, settled);
  return { state, view: () => playgroundView(state, explanation(state)) };
};
