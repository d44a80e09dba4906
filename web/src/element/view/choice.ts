import { live } from 'lit/directives/live.js';
import { html, nothing, type TemplateResult } from 'lit/html.js';

/** One way to choose. */
export interface Alternative {
  value: string;
  /** What is shown. */
  label: unknown;
  /** What is read out, where the label does not say it. */
  name?: string;
  disabled?: boolean;
}

/** A few alternatives side by side, one of which is chosen; arrow keys go from one to the next. */
export function choice(options: {
  /** Unlike that of any other choice on the page. */
  id: string;
  legend: unknown;
  alternatives: readonly Alternative[];
  chosen: string;
  choose: (value: string) => void;
  /** A sentence below. */
  help?: unknown;
  look?: 'chips' | 'tiles';
  disabled?: boolean;
}): TemplateResult {
  const { id, legend, alternatives, chosen, choose, help, look = 'chips', disabled = false } = options;
  const alternative = ({ value, label, name, disabled: unavailable = false }: Alternative) => html`
    <label class="alternative">
      <input
        type="radio"
        name=${id}
        value=${value}
        aria-label=${name ?? nothing}
        ?disabled=${unavailable}
        .checked=${live(value === chosen)}
        @change=${() => choose(value)}
      >
      <span>${label}</span>
    </label>`;
  return html`
    <fieldset class="choice" id=${id} ?disabled=${disabled} aria-describedby="${id}-help">
      <legend>${legend}</legend>
      <div class=${look}>${alternatives.map(alternative)}</div>
      <p class="help" id="${id}-help">${help}</p>
    </fieldset>`;
}
