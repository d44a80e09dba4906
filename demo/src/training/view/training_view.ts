import '../../style/training.css';
import { html, type TemplateResult } from 'lit/html.js';
import { wordsFor } from '../../../../web/src/element/data_sets.js';
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
        <h2 id="stage" class="unseen">Training</h2>
        ${headline(training)} ${charts(training)} ${figures(training)} ${epochTable(training)}
      </section>
      ${explanation(training)}
    </div>`;
}

/** What one sees here, for someone who sees it for the first time. */
function explanation({ settings }: Training): TemplateResult {
  const { task } = wordsFor(settings.dataset);
  return html`<section class="explanation" aria-labelledby="explanation">
    <h2 id="explanation">What you see here</h2>
    <p>
      A network learns ${task} from 1,000 images: from four fifths of them. The last fifth it never learns from, so how
      many of these it gets right says how it does on new images. After every epoch, once through all images,
      ${attackedImages} of those are also attacked, by ${measuringAttack().name} in ${measuringSteps} steps: what is right
      and stays right is its robust accuracy. A stronger attack may leave less of it. A network that learns from attacked
      images takes several times as long and may be a little worse on the images as they are, but withstands much more.
    </p>
    <p>
      The networks that ship have learned from sixty times as many images. The same settings give the same network on
      every machine, bit for bit.
    </p>
  </section>`;
}
