import { Playground } from '../../web/src/element/playground.js';
import { playgroundView } from '../../web/src/element/view/playground_view.js';
import type { MakeScreen } from './screen.js';
import type { explanation } from './view/explanation.js';

export const makeScreen: MakeScreen = ({ draw, settled }) => {
  const state = new Playground(draw, settled);
  // It stands below all else, so it need not be in what the page begins with.
  let below: typeof explanation | undefined;
  import('./view/explanation.js').then(
    (code) => {
      below = code.explanation;
      draw();
    },
    () => {},
  );
  return { state, view: () => playgroundView(state, below?.(state)) };
};
