import type { ModelInfo } from '../core/binding.js';
import { widthOf } from './norms.js';
import type { EvaluationPiece } from './partial.js';
import type { AttackReport, EvaluationReport } from './report.js';

/** A sign that the evaluation, not the model, is why accuracy is high. */
export interface EvaluationWarning {
  code:
    | 'rises-with-epsilon'
    | 'noise-beats-gradients'
    | 'zero-gradients'
    | 'black-box-stronger'
    | 'unbounded-fails'
    | 'randomised'
    | 'model';
  /** The name of the attack, where one is meant. */
  attack?: string;
  /** Whole sentences. */
  message: string;
}

/** The attack that follows nothing at all. */
const noise = 'additive-noise';

/** Attacks that see gradients, but only deform and recolour: most inputs are out of their reach, whatever epsilon is. */
const confined = ['stadv', 'adef', 'composite'];

function isWhiteBox({ needs, method }: AttackReport): boolean {
  return needs === 'gradients' && !confined.includes(method);
}

export function warningsOf(
  report: EvaluationReport,
  pieces: readonly EvaluationPiece[],
  info: ModelInfo,
): EvaluationWarning[] {
  const each = report.attacks.flatMap((attack, index) => {
    const own = pieces.filter((piece) => piece.attack === index);
    return [...rising(attack, own, report), ...unbounded(attack, report, info), ...unstable(attack, own)];
  });
  // Where everything is allowed, `unbounded` says what there is to say.
  const bounded = [...report.epsilons.keys()].filter(
    (place) => (report.epsilons[place] as number) < widthOf(info.input, report.norm),
  );
  return [
    // Such as outputs that look like probabilities, of which attacks would see the logarithms only.
    ...info.warnings.map((message) => ({ code: 'model' as const, message })),
    ...each,
    ...noiseBeatsGradients(report, bounded),
    ...blackBoxStronger(report, bounded),
    ...zeroGradients(report),
  ];
}

/** What a larger epsilon misses, or finds within a smaller one, the attack was too weak to find. */
function rising(attack: AttackReport, pieces: EvaluationPiece[], { cleanAccuracy }: EvaluationReport) {
  const sorted = pieces.filter(({ epsilon }) => epsilon !== null).sort((a, b) => Number(a.epsilon) - Number(b.epsilon));
  const broken = ({ distances }: EvaluationPiece) => distances.filter((distance) => distance !== null).length;
  const warnings: EvaluationWarning[] = [];
  const warn = (message: string) =>
    warnings.push({
      code: 'rises-with-epsilon',
      attack: attack.name,
      message: `${message} More steps or restarts would help.`,
    });
  for (const [place, after] of sorted.entries()) {
    const before = sorted[place - 1];
    if (!before) continue;
    // Only then were the same samples attacked at both.
    const same = before.samples.length === after.samples.length;
    if (same && broken(after) < broken(before)) {
      warn(
        `${attack.name} breaks fewer samples the larger epsilon is, between ${before.epsilon} and ${after.epsilon}.`,
      );
      continue;
    }
    const failed = new Set(before.samples.filter((_, index) => before.distances[index] === null));
    const late = after.samples.filter((row, index) => {
      const distance = after.distances[index] ?? null;
      return distance !== null && distance <= Number(before.epsilon) && failed.has(row);
    }).length;
    // One in a hundred happens by chance.
    if (late > cleanAccuracy.count / 100) {
      warn(
        `${attack.name} finds for ${samples(late)}, at epsilon ${after.epsilon}, what it misses at ${before.epsilon}.`,
      );
    }
  }
  return warnings;
}

/** Carlini et al. (2019), On evaluating adversarial robustness, arXiv:1902.06705. */
function unbounded(attack: AttackReport, { epsilons, norm }: EvaluationReport, { input }: ModelInfo) {
  const width = widthOf(input, norm);
  const place = epsilons.findIndex((epsilon) => epsilon >= width);
  const robust = place < 0 ? 0 : (attack.robustAccuracy[place]?.count ?? 0);
  if (!isWhiteBox(attack) || robust === 0) return [];
  const message =
    `${attack.name} leaves ${samples(robust)} right at epsilon ${epsilons[place]}, where every input is allowed: ` +
    'it should break all of them, so its gradients lead nowhere or it stops too early.';
  return [{ code: 'unbounded-fails', attack: attack.name, message } as const];
}

function unstable(attack: AttackReport, pieces: EvaluationPiece[]) {
  const count = pieces.reduce((sum, piece) => sum + piece.unstable, 0);
  if (count === 0) return [];
  const message =
    `The model gave ${samples(count)} another class when ${attack.name} began than before: it answers at random, ` +
    'and what is told of it holds on average only.';
  return [{ code: 'randomised', attack: attack.name, message } as const];
}

/** Athalye et al. (2018), Obfuscated gradients give a false sense of security, arXiv:1802.00420. */
function noiseBeatsGradients({ attacks, epsilons }: EvaluationReport, bounded: number[]): EvaluationWarning[] {
  const random = attacks.find(({ method }) => method === noise);
  return attacks.flatMap((attack) => {
    if (!random || !isWhiteBox(attack)) return [];
    const place = bounded.find((index) => countAt(random, index) < countAt(attack, index));
    if (place === undefined) return [];
    const message =
      `Random noise breaks more samples than ${attack.name} at epsilon ${epsilons[place]}: ` +
      `${countAt(random, place)} stay right under noise, ${countAt(attack, place)} under ${attack.name}.`;
    return [{ code: 'noise-beats-gradients', attack: attack.name, message }];
  });
}

function blackBoxStronger({ attacks, epsilons }: EvaluationReport, bounded: number[]): EvaluationWarning[] {
  const white = attacks.filter(isWhiteBox);
  return attacks.flatMap((attack) => {
    if (attack.needs === 'gradients' || attack.method === noise || white.length === 0) return [];
    for (const place of bounded) {
      const best = white.reduce((least, each) => (countAt(each, place) < countAt(least, place) ? each : least));
      const [value, lower] = [attack.robustAccuracy[place]?.value ?? 0, best.robustAccuracy[place]?.lower ?? 0];
      if (value >= lower) continue;
      const message =
        `${attack.name}, which sees no gradients, is stronger at epsilon ${epsilons[place]} than ${best.name}, the best attack ` +
        'that does: the gradients mislead.';
      return [{ code: 'black-box-stronger', attack: attack.name, message }];
    }
    return [];
  });
}

function zeroGradients({ zeroGradients, samples: total }: EvaluationReport): EvaluationWarning[] {
  if (!zeroGradients) return [];
  const message =
    `The gradient of the cross-entropy is exactly 0 for ${samples(Math.round(zeroGradients * total))} of ${total}: ` +
    "attacks that follow it stand still there. Add one that takes the margin, such as pgd with loss 'margin'.";
  return [{ code: 'zero-gradients', message }];
}

function countAt(attack: AttackReport, place: number): number {
  return attack.robustAccuracy[place]?.count ?? 0;
}

function samples(count: number): string {
  return count === 1 ? '1 sample' : `${count} samples`;
}
