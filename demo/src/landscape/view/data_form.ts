import { html, nothing, type TemplateResult } from 'lit/html.js';
import { choice } from '../../../../web/src/element/view/choice.js';
import { texts } from '../../texts/landscape.js';
import type { Landscape, Tool } from '../landscape.js';
import { dataChoices, type State } from '../settings.js';

/** Which points; or with which tool they are placed by hand. */
export function dataForm(landscape: Landscape): TemplateResult {
  const { state } = landscape;
  return html`
    ${choice({
      id: 'data',
      legend: texts.data,
      alternatives: dataChoices.map((value) => ({ value, label: texts.dataNames[value] })),
      chosen: state.data,
      choose: (data) => landscape.chooseData(data as State['data']),
    })}
    ${state.data === 'drawn' ? tools(landscape) : nothing}`;
}

function tools(landscape: Landscape): TemplateResult {
  const { points, tool } = landscape;
  return html`
    ${choice({
      id: 'tool',
      legend: texts.tool,
      alternatives: texts.tools,
      chosen: tool,
      choose: (value) => {
        landscape.tool = value as Tool;
        landscape.draw();
      },
      help: texts.drawHelp,
    })}
    <p><button type="button" aria-disabled=${points.labels.length === 0} @click=${() => landscape.clear()}>${texts.clear}</button></p>`;
}
