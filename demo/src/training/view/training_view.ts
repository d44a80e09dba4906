import '../../style/training.css';
import { html, type TemplateResult } from 'lit/html.js';
import { wordsFor } from '../../../../web/src/element/data_sets.js';
import { texts } from '../../texts/training.js';
import { attackedImages, measuringAttack, measuringSteps } from '../settings.js';
import type { Training } from '../training.js';
import { charts } from './charts.js';
import { epochTable } from './epoch_table.js';
import { figures } from './figures.js';
import { headline } from './headline.js';
import { settingsForm } from './settings_form.js';

/** Data, a network and options on one side, and how its training goes on the other. */
export function trainingView(training: Training): TemplateResult {
  return html`
    <div class="bench training">
      ${settingsForm(training)}
      <section class="stage" aria-labelledby="stage" aria-busy=${training.busy}>
        <h2 id="stage" class="unseen">${texts.training}</h2>
        ${headline(training)} ${charts(training)} ${figures(training)} ${epochTable(training)}
      </section>
      ${explanation(training)}
    </div>`;
}

/** What one sees here, for someone who sees it for the first time. */
function explanation({ settings }: Training): TemplateResult {
  const { task } = wordsFor(settings.dataset);
  return html`<section class="explanation" aria-labelledby="explanation">
    <h2 id="explanation">${texts.explanation}</h2>
    <p>${texts.whatIsSeen(task, attackedImages, measuringAttack().name, measuringSteps)}</p>
    <p>${texts.shipped}</p>
  </section>`;
}
