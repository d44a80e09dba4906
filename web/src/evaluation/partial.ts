import { expectType, fail } from '../error.js';
import type { Samples } from '../protocol.js';
import type { Plan } from './plan.js';

/** One attack at one epsilon, or one that has none. */
export interface EvaluationPiece {
  /** Indices into the attacks. */
  attack: number;
  epsilon: number | null;
  /** Indices of the samples attacked, and how far away the input found for each is; null where none was. */
  samples: number[];
  distances: (number | null)[];
  /** Samples that the model got right before, and wrong when the attack began. */
  unstable: number;
  /** Over all samples. */
  queries: number;
  gradients: number;
  seconds: number;
}

/** How far an evaluation has come. Plain data: `JSON.parse(JSON.stringify(state))` resumes as well. */
export interface PartialEvaluation {
  version: 1;
  /** Tells evaluations apart: of model, data, labels and options. */
  fingerprint: string;
  pieces: EvaluationPiece[];
}

/** A value as JSON can hold it; lists of more than `most` entries are only counted. */
export function plain(value: unknown, most = Number.POSITIVE_INFINITY): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value) || Array.isArray(value)) {
    const list = Array.from(value as unknown as ArrayLike<unknown>);
    return list.length > most ? `${list.length} entries` : list.map((item) => plain(item, most));
  }
  const { info } = value as { info?: { name: string; parameters: number } };
  if (info) return { model: info.name, parameters: info.parameters };
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member, most)]));
}

/** Of everything that the results depend on; the model is told by its answers. */
export function fingerprintOf(
  { norm, epsilons, independent, attacks }: Plan,
  name: string,
  samples: Samples,
  labels: Int32Array,
  predicted: Int32Array,
): string {
  const options = attacks.map((attack) => plain(attack.options));
  const text = JSON.stringify([name, samples.shape, norm, epsilons, independent, options]);
  const bytes = new TextEncoder().encode(text);
  const { data } = samples;
  // A view of a larger array may begin anywhere.
  const bits = new Int32Array(data.slice().buffer);
  return [bytes, bits, labels, predicted].map((part) => hash(part).toString(16).padStart(8, '0')).join('');
}

/** FNV-1a over whole numbers. */
function hash(numbers: ArrayLike<number>): number {
  let state = 0x811c9dc5;
  for (let index = 0; index < numbers.length; index++) {
    state = Math.imul(state ^ (numbers[index] as number), 0x01000193);
    state ^= state >>> 15;
  }
  return state >>> 0;
}

/** The pieces of a state, checked: it may come from a file. */
export function resumedPieces(
  state: PartialEvaluation | undefined,
  fingerprint: string,
  plan: Plan,
  total: number,
): EvaluationPiece[] {
  if (state == null) return [];
  expectType(typeof state === 'object' && Array.isArray(state.pieces), 'resume', 'a state that onPartial was given');
  if (state.version !== 1 || state.fingerprint !== fingerprint) {
    fail(
      'shape-mismatch',
      'resume',
      'resume belongs to another evaluation: model, data, labels, attacks, epsilons and their options must be the same.',
    );
  }
  for (const [index, piece] of state.pieces.entries()) {
    if (!isPiece(piece, plan, total)) fail('malformed', 'resume', `resume.pieces[${index}] is damaged.`);
  }
  return [...state.pieces];
}

function isPiece(piece: EvaluationPiece, { attacks }: Plan, total: number): boolean {
  const { attack, epsilon, samples, distances, unstable, queries, gradients, seconds } = piece ?? {};
  const isRow = (row: unknown) => Number.isInteger(row) && (row as number) >= 0 && (row as number) < total;
  const isDistance = (value: unknown) => value === null || (Number.isFinite(value) && (value as number) >= 0);
  return (
    attacks[attack]?.epsilons.includes(epsilon) === true &&
    Array.isArray(samples) &&
    Array.isArray(distances) &&
    samples.length === distances.length &&
    samples.every(isRow) &&
    distances.every(isDistance) &&
    [unstable, queries, gradients, seconds].every(Number.isFinite)
  );
}
