import { percent, withArticle } from './format.js';
import type { Finding, Reading } from './laboratory.js';

/** A sentence on what happened; `strong` parts are the classes it is about. */
export type Sentence = (string | { strong: string })[];

export interface Verdict {
  /** True where the network was made to change its mind as the attack wanted. */
  fooled: boolean;
  sentence: Sentence;
}

/** What is known of the digit and the attack. */
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
export function verdictOn(circumstances: Circumstances): Verdict {
  const { before, finding, label, epsilon } = circumstances;
  const { after, status, target } = finding;
  const name = (reading: number) => circumstances.names[reading] ?? String(reading);
  const a = (reading: number) => ({ strong: withArticle(name(reading)) });
  const sure = ({ label: seen, probabilities }: Reading) => `(${percent(probabilities[seen] ?? 0)})`;
  const held = (...sentence: Sentence): Verdict => ({ fooled: false, sentence });
  const still: Sentence = ['The network still sees ', a(after.label), ` ${sure(after)}`];

  if (status === 'already-misclassified' && label !== undefined) {
    const truth = a(label);
    return held(
      'Nothing to do: the network sees ',
      a(before.label),
      ` ${sure(before)} where this is `,
      truth,
      ', without any attack.',
    );
  }
  if (target !== undefined && before.label === target) {
    return held(
      'Nothing to do: the network already sees the ',
      { strong: name(target) },
      ` you asked for ${sure(before)}.`,
    );
  }
  if (status === 'success') {
    const where = ` ${sure(after)} where it saw `;
    if (target === undefined) {
      return {
        fooled: true,
        sentence: ['The network now sees ', a(after.label), where, a(before.label), ` ${sure(before)}.`],
      };
    }
    const sentence = [
      'The network now sees the ',
      { strong: name(target) },
      ` you asked for${where}`,
      a(before.label),
      ` ${sure(before)}.`,
    ];
    return { fooled: true, sentence };
  }
  if (status === 'budget-exhausted') {
    return held('The attack used up what it may spend before it found a way. ', ...still, '.');
  }
  if (epsilon === 0)
    return held('With no room to change anything, the network sees ', a(after.label), ` ${sure(after)}.`);
  if (target !== undefined && after.label !== before.label) {
    return held(
      'Not quite: the network now sees ',
      a(after.label),
      ` ${sure(after)}, not the `,
      { strong: name(target) },
      ' you asked for.',
    );
  }
  const hint =
    epsilon === undefined
      ? 'Give the attack more steps, or try another.'
      : 'Give the attack more room, or try another.';
  return held(...still, `. ${hint}`);
}

/** The sentence without its emphasis. */
export function inWords(sentence: Sentence): string {
  return sentence.map((part) => (typeof part === 'string' ? part : part.strong)).join('');
}
