import { percent } from './format.js';
import type { Finding, Reading } from './laboratory.js';
import { english, type Sentence, type Texts } from './texts.js';

export type { Sentence } from './texts.js';

export interface Verdict {
  /** True where the network was made to change its mind as the attack wanted. */
  fooled: boolean;
  sentence: Sentence;
}

/** What is known of the image and the attack. */
export interface Circumstances {
  before: Reading;
  finding: Finding;
  /** The right class, where it is known. */
  label: number | undefined;
  /** Names of the classes. */
  names: readonly string[];
  /** The attack's limit, where it has one. */
  epsilon: number | undefined;
}

/** What the attack came to, in plain words. */
export function verdictOn(circumstances: Circumstances, texts: Texts = english): Verdict {
  const { before, finding, label, epsilon } = circumstances;
  const { after, status, target } = finding;
  const name = (reading: number) => circumstances.names[reading] ?? String(reading);
  const told = ({ label: seen, probabilities }: Reading) => [name(seen), percent(probabilities[seen] ?? 0)] as const;
  const held = (sentence: Sentence): Verdict => ({ fooled: false, sentence });

  if (status === 'already-misclassified' && label !== undefined) {
    return held(texts.alreadyWrong(...told(before), name(label)));
  }
  if (target !== undefined && before.label === target) return held(texts.alreadyTarget(...told(before)));
  if (status === 'success') {
    const words = target === undefined ? texts.fooled : texts.fooledAsAsked;
    return { fooled: true, sentence: words(...told(after), ...told(before)) };
  }
  if (status === 'budget-exhausted') return held(texts.usedUp(...told(after)));
  if (epsilon === 0) return held(texts.noRoom(...told(after)));
  if (target !== undefined && after.label !== before.label) return held(texts.notAsAsked(...told(after), name(target)));
  return held(texts.held(...told(after), epsilon !== undefined));
}

/** The sentence without its emphasis. */
export function inWords(sentence: Sentence): string {
  return sentence.map((part) => (typeof part === 'string' ? part : part.strong)).join('');
}
