import { live } from 'lit/directives/live.js';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import { withArticle } from '../format.js';
import type { Playground } from '../playground.js';
import { namesOf } from '../state.js';

const signs = {
  toStart: 'M2 2h2.5v12H2zM14 2v12L5.5 8z',
  back: 'M11.5 2v12L3 8z',
  play: 'M3 1.5v13L14 8z',
  pause: 'M3 2h3.5v12H3zM9.5 2H13v12H9.5z',
  on: 'M4.5 2v12L13 8z',
};

/** Plays the images that the attack tried, and goes through them one by one. */
export function wayBar(playground: Playground): TemplateResult | typeof nothing {
  if (!playground.offers('trajectory')) return nothing;
  const { way, texts } = playground;
  const last = way.images.length;
  const at = way.at ?? last;
  const none = last === 0 || playground.overdue;
  const button = (name: string, path: string, disabled: boolean, act: () => void) => html`<button
    type="button"
    aria-label=${name}
    title=${name}
    ?disabled=${none || disabled}
    @click=${act}
  >
    <svg viewBox="0 0 16 16" aria-hidden="true"><path d=${path}></path></svg>
  </button>`;
  return html`<div class="way" part="trajectory" role="group" aria-label=${texts.way}>
    ${button(texts.toStart, signs.toStart, at === 0, () => way.go(0))}
    ${button(texts.stepBack, signs.back, at === 0, () => way.go(at - 1))}
    ${
      way.playing
        ? button(texts.pause, signs.pause, false, () => way.pause())
        : button(texts.play, signs.play, false, () => way.play())
    }
    ${button(texts.stepOn, signs.on, at >= last, () => way.go(at + 1))}
    <input
      type="range"
      id="way"
      min="0"
      max=${last}
      ?disabled=${none}
      aria-label=${texts.way}
      aria-valuetext=${spoken(playground, at, last)}
      title=${texts.wayHelp}
      .value=${live(String(at))}
      @input=${(event: Event) => way.go((event.target as HTMLInputElement).valueAsNumber)}
    >
    <span class="at" aria-hidden="true">${none ? '' : texts.pointOf(at + 1, last)}</span>
  </div>`;
}

function spoken({ way, texts, state, results }: Playground, at: number, last: number): string {
  const words = texts.pointWords(at + 1, last);
  const name = way.reading && namesOf(state, results.info)[way.reading.label];
  return name === undefined ? words : `${words}, ${texts.seenAs} ${withArticle(name)}`;
}
