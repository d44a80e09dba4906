import { html, nothing, type TemplateResult } from 'lit/html.js';
import { playgroundView } from '../../../web/src/element/view/playground_view.js';
import type { Screen, Site } from '../site.js';
import { explanation } from './explanation.js';
import { linkButton } from './link_button.js';

const titles: Record<Screen, string> = {
  attack: 'How little does it take to fool a neural network?',
  train: 'Train a neural network, and see what it withstands',
};

/** The whole page. */
export function siteView(site: Site): TemplateResult {
  const { shown } = site;
  return html`
    <header>
      <p class="wordmark"><img src="./favicon.svg" alt="" width="16" height="16"> mlsec</p>
      <nav aria-label="Screens">${tab(site, 'attack', 'Attack')} ${tab(site, 'train', 'Train')}</nav>
      <h1>${titles[site.screen]}</h1>
      ${shown ? linkButton(shown) : nothing}
    </header>
    <main tabindex="-1">
      ${shown?.notice ? html`<p class="notice">${shown.notice}</p>` : nothing}
      ${screen(site)}
    </main>
    <footer>
      <p>Everything runs in this page: no image, drawing, network or result leaves your device.</p>
    </footer>`;
}

function screen(site: Site): TemplateResult {
  const { screen, playground, training, missing } = site;
  if (screen === 'attack') return playgroundView(playground, explanation(playground));
  if (training) return training.view(training.state);
  if (!missing) return html`<p>Loading …</p>`;
  return html`
    <p class="problem" role="alert">This part of the page could not be fetched.</p>
    <p><button type="button" @click=${() => site.open()}>Try again</button></p>`;
}

/** A link to a screen as it was left; a training goes on meanwhile. */
function tab(site: Site, screen: Screen, name: string): TemplateResult {
  const share = screen === 'train' ? site.training?.state.share : undefined;
  const go = (event: MouseEvent) => {
    // In a new tab or window, the address leads to the same.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    site.go(screen);
  };
  const link = screen === 'attack' ? site.playground.link : (site.training?.state.link ?? '#v=1&screen=train');
  return html`<a href=${link} aria-current=${site.screen === screen ? 'page' : nothing} @click=${go}
    >${name}${share === undefined ? nothing : html` <span class="share">${Math.floor(100 * share)} %</span>`}</a
  >`;
}
