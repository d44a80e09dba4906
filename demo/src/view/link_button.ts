import { html, type TemplateResult } from 'lit/html.js';
import type { Page } from '../page.js';

/** Copies the address of what is shown. */
export function linkButton(page: Page): TemplateResult {
  const copy = async () => {
    history.replaceState(null, '', page.link);
    const copied = await navigator.clipboard?.writeText(location.href).then(
      () => true,
      () => false,
    );
    page.note(copied ? 'The link to this experiment is copied.' : "The link is in the browser's address bar.");
  };
  return html`<button type="button" class="link" @click=${copy}>Copy link</button>`;
}
