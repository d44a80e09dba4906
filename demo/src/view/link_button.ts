import { html, type TemplateResult } from 'lit/html.js';
import { texts } from '../texts/site.js';

/** What an address can lead to. */
export interface Linked {
  /** The part of the address behind the page's. */
  link: string;
  /** What is said when it has been copied. */
  copied: string;
  note(words: string): void;
}

/** Copies the address of what is shown. */
export function linkButton(shown: Linked): TemplateResult {
  const copy = async () => {
    history.replaceState(history.state, '', shown.link);
    const copied = await navigator.clipboard?.writeText(location.href).then(
      () => true,
      () => false,
    );
    shown.note(copied ? shown.copied : texts.linkInAddress);
  };
  return html`<button type="button" class="link" @click=${copy}>${texts.copyLink}</button>`;
}
