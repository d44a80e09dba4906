// What the page fetches when a visitor first wants to learn; the lessons' pieces are the element that other pages embed.
import '../../../web/src/element.js';
import type { MakeScreen } from '../screen.js';
import { Learn } from './learn.js';
import { learnView } from './view/learn_view.js';

export const makeScreen: MakeScreen = ({ draw, settled }) => {
  const state = new Learn(draw, settled);
  return { state, view: () => learnView(state) };
};
