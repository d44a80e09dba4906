import { forgetModels } from './element/laboratory.js';
import { PlaygroundElement } from './element/playground_element.js';

export type { Control } from './element/playground.js';
export {
  PlaygroundElement,
  type PlaygroundError,
  type PlaygroundResult,
  type SeenImage,
} from './element/playground_element.js';
export { english, type Sentence, type Texts } from './element/texts.js';

declare global {
  interface HTMLElementTagNameMap {
    'mlsec-playground': PlaygroundElement;
  }
}

// Nothing else on the page uses these networks.
PlaygroundElement.lastGone = forgetModels;

const name = 'mlsec-playground';

// Importing where there are no elements, on a server, does nothing; importing twice does it once.
if (globalThis.customElements && !customElements.get(name)) {
  customElements.define(name, PlaygroundElement as unknown as CustomElementConstructor);
}
