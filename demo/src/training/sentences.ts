import { attackNamed } from '../../../web/src/element/attacks.js';
import { wordsFor } from '../../../web/src/element/data_sets.js';
import { short } from '../../../web/src/element/format.js';
import type { Sentence } from '../../../web/src/element/verdict.js';
import { texts } from '../texts/training.js';
import { architectureNamed } from './architectures.js';
import type { Run } from './run.js';
import { measuringAttack, valueIn } from './settings.js';

/** What a training came to, in plain words. */
export function resultSentence(run: Run): Sentence {
  const last = run.history.at(-1);
  if (!last) return [texts.nothingMeasured];
  const { validationAccuracy = 0, robustAccuracy = 0 } = last;
  const stopped = run.history.length < run.epochs ? run.history.length : undefined;
  return texts.result(stopped, validationAccuracy, robustAccuracy);
}

/** How a training stands after an epoch. */
export function epochWords({ history, epochs }: Run): string {
  const { epoch = 0, validationAccuracy = 0, robustAccuracy = 0 } = history.at(-1) ?? {};
  return texts.epoch(epoch, epochs, validationAccuracy, robustAccuracy);
}

/** What is worth knowing of a network trained here, where it is chosen to be attacked. */
export function summaryOf(run: Run): string {
  const { settings, history } = run;
  const { dataset, architecture, adversarial } = settings;
  const epsilon = short(Number(valueIn(settings, 'epsilon')));
  const images = adversarial ? texts.summaryAttacked(attackNamed(adversarial)?.name, epsilon) : texts.asTheyAre;
  const last = history.at(-1);
  const { validationAccuracy = 0, robustAccuracy = 0 } = last ?? {};
  const figures = last ? texts.summaryFigures(validationAccuracy, robustAccuracy, measuringAttack().name, epsilon) : '';
  const { id } = architectureNamed(architecture);
  return texts.summary(wordsFor(dataset).name, images, id, history.length, figures);
}

export function timeLeft(seconds: number | null): string {
  if (seconds === null) return texts.beginning;
  if (seconds < 1) return texts.lessThanASecond;
  return seconds < 90 ? texts.secondsLeft(Math.round(seconds)) : texts.minutesLeft(Math.round(seconds / 60));
}

/** A loss: of a training that diverges, it outgrows all bounds. */
export function lossWords(loss: number): string {
  return loss < 1e5 ? short(loss) : loss.toExponential(1).replace('e+', 'e');
}

/** A share to a tenth of a percent, as tables have it. */
export function percentExactly(share: number): string {
  return `${(100 * share).toFixed(1)}\u00a0%`;
}
