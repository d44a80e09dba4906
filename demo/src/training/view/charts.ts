import { html, type TemplateResult } from 'lit/html.js';
import { percent } from '../../../../web/src/element/format.js';
import { chart, type Line } from '../../chart/chart.js';
import { texts } from '../../texts/training.js';
import type { Point } from '../curve.js';
import type { Run } from '../run.js';
import { lossWords } from '../sentences.js';
import type { Training } from '../training.js';

/** Loss and accuracy as they go: of batches smoothed, of new images after every epoch. */
export function charts({ run }: Training): TemplateResult {
  const losses: Line[] = [
    { name: texts.learnedImages, look: 'learning', points: run?.losses.points ?? [] },
    { name: texts.newImages, look: 'new', points: epochPoints(run, 'validationLoss') },
  ];
  const shares: Line[] = [
    { name: texts.learnedImages, look: 'learning', points: run?.accuracies.points ?? [] },
    { name: texts.newImages, look: 'new', points: epochPoints(run, 'validationAccuracy') },
    { name: texts.newAttacked, look: 'attacked', points: epochPoints(run, 'robustAccuracy') },
  ];
  const right = run?.batches || 1;
  const scale = ['0', texts.lastEpoch(run?.epochs)];
  return html`<div class="charts">
    ${chart({ title: texts.loss, lines: losses, right, scale, top: topOf(losses), write: lossWords })}
    ${chart({ title: texts.accuracy, lines: shares, right, scale, top: 1, write: percent })}
  </div>`;
}

/** A figure of each epoch, at the batch that ended it. */
function epochPoints(
  run: Run | undefined,
  figure: 'validationLoss' | 'validationAccuracy' | 'robustAccuracy',
): Point[] {
  if (!run?.batches) return [];
  const batchesAnEpoch = run.batches / run.epochs;
  return run.history.flatMap((epoch) => {
    const value = epoch[figure];
    return value === undefined ? [] : [[epoch.epoch * batchesAnEpoch, value] as const];
  });
}

/** What a guess among ten classes costs, roughly: where every loss begins. */
const usualTop = 3;

/** The largest value, or a little more, of which a quarter is easily read. */
function topOf(lines: readonly Line[]): number {
  const largest = Math.max(...lines.flatMap(({ points }) => points.map(([, value]) => value)), 0);
  if (largest <= usualTop) return usualTop;
  const power = 10 ** Math.floor(Math.log10(largest));
  return ([1, 2, 3, 4, 6, 8].find((factor) => factor * power >= largest) ?? 10) * power;
}
