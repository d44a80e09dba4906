// What the page fetches when a visitor first wants to see a landscape.
import type { MakeScreen } from '../screen.js';
import { DecisionPlane } from './decision_plane.js';
import { Landscape } from './landscape.js';
import { landscapeView } from './view/landscape_view.js';

export const makeScreen: MakeScreen = ({ draw, settled }) => {
  customElements.define('decision-plane', DecisionPlane);
  const state = new Landscape(draw, settled);
  return { state, view: () => landscapeView(state) };
};
