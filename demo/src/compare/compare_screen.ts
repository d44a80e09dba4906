// What the page fetches when a visitor first wants to compare.
import type { MakeScreen } from '../screen.js';
import { Compare } from './compare.js';
import { compareView } from './view/compare_view.js';

export const makeScreen: MakeScreen = ({ draw, settled }) => {
  const state = new Compare(draw, settled);
  return { state, view: () => compareView(state) };
};
