import { live } from 'lit/directives/live.js';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import { short } from '../format.js';

/** How far an attack may go, ε, and how far it could be let go. */
export interface Limit {
  /** Of the input element. */
  id: string;
  label: string;
  value: number;
  maximum: number;
  step: number;
  /** What the value means. */
  help: string;
  /** Further words where the pointer rests. */
  summary?: string;
  change(value: number): void;
}

/** A slider for an attack's limit. */
export function limitSlider({ id, label, value, maximum, step, help, summary, change }: Limit): TemplateResult {
  return html`<div class="strength" part="strength">
    <label for=${id}>${label} <span class="symbol">ε</span></label>
    <input
      type="range"
      id=${id}
      min="0"
      max=${Math.max(maximum, value)}
      step=${step}
      aria-describedby="${id}-help"
      aria-valuetext=${short(value)}
      .value=${live(String(value))}
      @input=${(event: Event) => change((event.target as HTMLInputElement).valueAsNumber)}
    >
    <output for=${id} aria-live="off">${short(value)}</output>
    <p class="help" id="${id}-help" title=${summary ?? nothing}>${help}</p>
  </div>`;
}
