import type { Sentence } from '../../../web/src/element/texts.js';
import { texts } from '../texts/patch.js';
import { namesOf } from './settings.js';
import type { Workshop } from './workshop.js';

/** What the patch does to the chosen image; nothing as long as that is not known. */
export function verdictOn({
  state,
  samples,
  sight,
  chosen,
}: Workshop): { sentence: Sentence; fooled: boolean } | undefined {
  const [before, after] = [sight?.before[chosen], sight?.after[chosen]];
  if (!before || !after) return undefined;
  const name = (label: number) => namesOf(state)[label] ?? String(label);
  const truth = samples?.labels[state.sample] ?? before.label;
  if (before.label !== truth) return { sentence: texts.wrongAlready(name(before.label), name(truth)), fooled: false };
  if (after.label === before.label) return { sentence: texts.held(name(before.label)), fooled: false };
  const { target } = state;
  if (target === undefined || after.label === target || before.label === target)
    return { sentence: texts.fooled(name(after.label), name(before.label)), fooled: true };
  return { sentence: texts.otherwise(name(after.label), name(before.label), name(target)), fooled: true };
}

/** What it does to images in general, once that is measured. */
export function ratesOf({ scores, made, state }: Workshop): string | undefined {
  const own = scores.find(({ model }) => model === made?.model);
  return own && texts.rates(goalOf(state), own.patch, own.noise);
}

/** What images become. */
export function goalOf({ model, target }: Pick<Workshop['state'], 'model' | 'target'>): string {
  return texts.goal(target === undefined ? undefined : namesOf({ model })[target]);
}

export function inWords(sentence: Sentence): string {
  return sentence.map((part) => (typeof part === 'string' ? part : part.strong)).join('');
}
