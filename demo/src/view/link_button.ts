import { html, type TemplateResult } from 'lit/html.js';
import type { Playground } from '../playground.js';

/** Copies the address of what is shown. */
export function linkButton(playground: Playground): TemplateResult {
  const copy = async () => {
    history.replaceState(null, '', playground.link);
    const copied = await navigator.clipboard?.writeText(location.href).then(
      () => true,
      () => false,
    );
    playground.note(copied ? 'The link to this experiment is copied.' : "The link is in the browser's address bar.");
  };
  return html`<button type="button" class="link" @click=${copy}>Copy link</button>`;
}
