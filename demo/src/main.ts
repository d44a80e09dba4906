import { render } from 'lit/html.js';
import { DrawingPad } from './drawing_pad.js';
import { Page } from './page.js';
import { PixelImage } from './pixel_image.js';
import { pageView } from './view/page_view.js';

customElements.define('drawing-pad', DrawingPad);
customElements.define('pixel-image', PixelImage);

const page = new Page((page) => {
  const focused = document.activeElement?.closest('.progress');
  render(pageView(page), document.body);
  // Whoever cancelled or waited with the keyboard goes on at the image, not at the top of the page.
  if (focused?.isConnected === false) document.querySelector<HTMLElement>('.adversarial')?.focus();
});

page.open(location.hash.slice(1));
window.addEventListener('hashchange', () => page.open(location.hash.slice(1)));
