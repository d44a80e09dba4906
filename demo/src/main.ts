import { render } from 'lit/html.js';
import { DrawingPad } from './drawing_pad.js';
import { Page } from './page.js';
import { PixelImage } from './pixel_image.js';
import { pageView } from './view/page_view.js';

customElements.define('drawing-pad', DrawingPad);
customElements.define('pixel-image', PixelImage);

const page = new Page((page) => render(pageView(page), document.body));

page.open(location.hash.slice(1));
window.addEventListener('hashchange', () => page.open(location.hash.slice(1)));
