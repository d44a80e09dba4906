import { render } from 'lit/html.js';
import { DrawingPad } from './drawing_pad.js';
import { PixelImage } from './pixel_image.js';
import { Playground } from './playground.js';
import { playgroundView } from './view/playground_view.js';

customElements.define('drawing-pad', DrawingPad);
customElements.define('pixel-image', PixelImage);

const playground = new Playground((playground) => {
  const focused = document.activeElement?.closest('.progress');
  render(playgroundView(playground), document.body);
  // Whoever cancelled or waited with the keyboard goes on at the image, not at the top of the page.
  if (focused?.isConnected === false) document.querySelector<HTMLElement>('.adversarial')?.focus();
});

playground.open(location.hash.slice(1));
window.addEventListener('hashchange', () => playground.open(location.hash.slice(1)));
