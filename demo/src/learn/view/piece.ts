import { ref } from 'lit/directives/ref.js';
import { html, type TemplateResult } from 'lit/html.js';
import type { Piece } from '../lessons.js';

/** A playground with what the lesson says of it. */
export function piece({ caption, attributes }: Piece): TemplateResult {
  const adorn = (element: Element | undefined) => {
    if (element) for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  };
  return html`
    <figure>
      <figcaption>${caption}</figcaption>
      <mlsec-playground ${ref(adorn)}></mlsec-playground>
    </figure>`;
}
