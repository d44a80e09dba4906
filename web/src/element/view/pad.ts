import { html, nothing, type TemplateResult } from 'lit/html.js';
import { DrawingPad } from '../drawing_pad.js';
import type { Playground } from '../playground.js';
import { truth } from './truth.js';

/** A square to draw in; its code is fetched when someone wants to. */
export function pad(playground: Playground): TemplateResult {
  define();
  const { state, texts } = playground;
  return html`<div class="pad ${state.drawing ? '' : 'empty'}">
    <mlsec-drawing-pad
      role="img"
      data-hint=${texts.drawHere}
      aria-label=${texts.pad}
      .digit=${state.drawing}
      @drawn=${(event: CustomEvent<Uint8Array>) => playground.change({ drawing: event.detail })}
    ></mlsec-drawing-pad>
    <div>
      <p class="help">${texts.padHelp}</p>
      <button type="button" ?disabled=${!state.drawing} @click=${() => playground.change({ drawing: undefined })}>
        ${texts.clear}
      </button>
    </div>
  </div>
  ${state.drawing ? truth(playground) : nothing}`;
}

function define(): void {
  if (customElements.get('mlsec-drawing-pad')) return;
  customElements.define('mlsec-drawing-pad', DrawingPad as unknown as CustomElementConstructor);
}
