import { render } from 'lit/html.js';
import { PixelImage } from '../../web/src/element/pixel_image.js';
import { Site } from './site.js';
import { siteView } from './view/site_view.js';

customElements.define('mlsec-pixel-image', PixelImage as unknown as CustomElementConstructor);

const site = new Site((site) => {
  const focused = document.activeElement;
  const heir = focused?.closest<HTMLElement>('[data-heir]')?.dataset.heir;
  render(siteView(site), document.body);
  // Whoever used with the keyboard what is no longer there goes on close by, not at the top of the page.
  if (focused?.isConnected !== false) return;
  const next = heir && document.querySelector<HTMLElement>(heir);
  if (next) next.focus();
  else document.querySelector('main')?.focus({ preventScroll: true });
});

// A model or a picture may be dropped anywhere, a picture be pasted, too.
window.addEventListener('dragover', (event) => event.preventDefault());
window.addEventListener('drop', (event) => {
  event.preventDefault();
  const files = [...(event.dataTransfer?.files ?? [])];
  if (files.length > 0) void site.openFiles(files);
});
window.addEventListener('paste', (event) => {
  const files = [...(event.clipboardData?.files ?? [])];
  if (files.length > 0 && site.shown?.state.openFiles) void site.openFiles(files);
});

site.open();
window.addEventListener('popstate', () => site.open());
