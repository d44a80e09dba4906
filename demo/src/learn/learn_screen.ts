// What the page fetches when a visitor first wants to learn; the lessons' pieces are the element that other pages embed.
import { PlaygroundElement } from '../../../web/src/element/playground_element.js';
import type { MakeScreen } from '../screen.js';
import { Learn } from './learn.js';
import { learnView } from './view/learn_view.js';

export const makeScreen: MakeScreen = ({ draw, settled }) => {
  customElements.define('mlsec-playground', PlaygroundElement as unknown as CustomElementConstructor);
  const state = new Learn(draw, settled);
  return { state, view: () => learnView(state) };
};
