import { html, type TemplateResult } from 'lit/html.js';
import { optionField } from '../../../../web/src/element/view/option_field.js';
import { texts } from '../../texts/landscape.js';
import type { Landscape } from '../landscape.js';
import { fields } from '../settings.js';

/** Of what the points and the networks are made; with every change, both networks begin anew. */
export function networkForm(landscape: Landscape): TemplateResult {
  const { state, problem } = landscape;
  const holder = {
    values: state.settings,
    ...(problem && { problem }),
    setOption: (name: string, value: Parameters<Landscape['setField']>[1]) => landscape.setField(name, value),
  };
  const those = (level: 'basic' | 'advanced') =>
    fields(state.data)
      .filter((field) => field.level === level)
      .map((field) => optionField(holder, field));
  return html`
    <div class="fields">${those('basic')}</div>
    <details>
      <summary>${texts.moreOptions}</summary>
      <div class="fields">${those('advanced')}</div>
    </details>`;
}
