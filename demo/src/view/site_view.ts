import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { Entry } from '../screen.js';
import { screens } from '../screens.js';
import type { Site } from '../site.js';
import { texts } from '../texts/site.js';
import { linkButton } from './link_button.js';

/** The whole page. */
export function siteView(site: Site): TemplateResult {
  const { shown, entry } = site;
  return html`
    <header>
      <p class="wordmark"><img src="./favicon.svg" alt="" width="16" height="16"> mlsec</p>
      <nav aria-label=${texts.menu}>${screens.map((each) => menuEntry(site, each))}</nav>
      <h1>${entry.title}</h1>
      ${shown ? linkButton(shown.state) : nothing}
    </header>
    <main tabindex="-1">
      ${shown?.state.notice ? html`<p class="notice">${shown.state.notice}</p>` : nothing}
      ${shown ? shown.view() : absent(site)}
    </main>
    <footer>
      <p>${texts.promise}${site.offline ? html` ${texts.offline}` : nothing}</p>
    </footer>`;
}

/** What stands where a screen will be. */
function absent(site: Site): TemplateResult {
  if (!site.missing) return html`<p role="status">${texts.loading}</p>`;
  return html`
    <p class="problem" role="alert">${texts.notFetched}</p>
    <p><button type="button" @click=${() => site.open()}>${texts.again}</button></p>`;
}

/** A link to a screen as it was left; what is under way there goes on meanwhile. */
function menuEntry(site: Site, entry: Entry): TemplateResult {
  const share = site.shareOf(entry);
  const go = (event: MouseEvent) => {
    // In a new tab or window, the address leads to the same.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    site.go(entry.id);
  };
  return html`<a href=${site.linkTo(entry)} aria-current=${site.entry === entry ? 'page' : nothing} @click=${go}
    >${entry.name}${share === undefined ? nothing : html` <span class="share">${Math.floor(100 * share)} %</span>`}</a
  >`;
}
