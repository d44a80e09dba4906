// What the page fetches when a visitor first wants to train.
import type { MakeScreen } from '../screen.js';
import { Training } from './training.js';
import { trainingView } from './view/training_view.js';

export const makeScreen: MakeScreen = ({ draw, settled, attack }) => {
  const state = new Training(draw, settled, attack);
  return { state, view: () => trainingView(state) };
};
