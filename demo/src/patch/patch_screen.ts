// What the page fetches when a visitor first wants to make a patch.
import type { MakeScreen } from '../screen.js';
import { patchView } from './view/patch_view.js';
import { Workshop } from './workshop.js';

export const makeScreen: MakeScreen = ({ draw, settled }) => {
  const state = new Workshop(draw, settled);
  return { state, view: () => patchView(state) };
};
