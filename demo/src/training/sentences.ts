import { attackNamed } from '../../../web/src/element/attacks.js';
import { wordsFor } from '../../../web/src/element/data_sets.js';
import { percent, short } from '../../../web/src/element/format.js';
import type { Sentence } from '../../../web/src/element/verdict.js';
import { architectureNamed } from './architectures.js';
import type { Run } from './run.js';
import { measuringAttack, valueIn } from './settings.js';

/** What a training came to, in plain words. */
export function resultSentence(run: Run): Sentence {
  const last = run.history.at(-1);
  if (!last) return ['Stopped before the first epoch was over, so nothing has been measured yet.'];
  const { validationAccuracy = 0, robustAccuracy = 0 } = last;
  const stopped = run.history.length < run.epochs ? `After ${count(run.history.length, 'epoch')}, the` : 'The';
  return [
    `${stopped} network gets `,
    { strong: percent(validationAccuracy) },
    ' of new images right, and ',
    { strong: percent(robustAccuracy) },
    ' under attack.',
  ];
}

/** How a training stands after an epoch. */
export function epochWords({ history, epochs }: Run): string {
  const { epoch = 0, validationAccuracy = 0, robustAccuracy = 0 } = history.at(-1) ?? {};
  return `Epoch ${epoch} of ${epochs}: ${percent(validationAccuracy)} of new images right, ${percent(robustAccuracy)} under attack.`;
}

/** What is worth knowing of a network trained here, where it is chosen to be attacked. */
export function summaryOf(run: Run): string {
  const { settings, history } = run;
  const { dataset, architecture, adversarial } = settings;
  const epsilon = short(Number(valueIn(settings, 'epsilon')));
  const images = adversarial ? `attacked by ${attackNamed(adversarial)?.name}, ε ${epsilon}` : 'as they are';
  const last = history.at(-1);
  const figures = last
    ? ` ${percent(last.validationAccuracy ?? 0)} right on images held back, ${percent(last.robustAccuracy ?? 0)} under ${measuringAttack().name} with ε ${epsilon}.`
    : '';
  return `Trained here, on four fifths of these images (${wordsFor(dataset).name.toLowerCase()}), ${images}: ${architectureNamed(architecture).id}, ${count(history.length, 'epoch')}.${figures}`;
}

/** '1 epoch', '2 epochs'. */
export function count(number: number, what: string): string {
  return `${number.toLocaleString('en')} ${what}${number === 1 ? '' : 's'}`;
}

export function timeLeft(seconds: number | null): string {
  if (seconds === null) return 'Beginning …';
  if (seconds < 1) return 'Less than a second left';
  return seconds < 90
    ? `${count(Math.round(seconds), 'second')} left`
    : `${count(Math.round(seconds / 60), 'minute')} left`;
}

/** A loss: of a training that diverges, it outgrows all bounds. */
export function lossWords(loss: number): string {
  return loss < 1e5 ? short(loss) : loss.toExponential(1).replace('e+', 'e');
}

/** A share to a tenth of a percent, as tables have it. */
export function percentExactly(share: number): string {
  return `${(100 * share).toFixed(1)}\u00a0%`;
}
