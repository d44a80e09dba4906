import type { ModelInfo } from '../core/binding.js';
import type { Samples } from '../protocol.js';
import { type EvaluationNorm, normOf, rowAt } from './norms.js';
import { type EvaluationPiece, plain } from './partial.js';
import type { Plan, PlannedAttack } from './plan.js';
import type { Sensitivity } from './sensitivity.js';
import { meanOf, medianOf, type Share, shareOf } from './statistics.js';
import { type EvaluationWarning, warningsOf } from './warnings.js';

/** What one attack did. Lists have an entry for each epsilon of the report. */
export interface AttackReport {
  method: string;
  /** The method's name, and a number where it is not the first of that name. */
  name: string;
  goal: string;
  needs: 'gradients' | 'scores' | 'labels';
  /** The norm that the attack itself minimises or keeps to. */
  ownNorm: string;
  options: Record<string, unknown>;
  /** Samples that are right and for which nothing wrong was found within epsilon. */
  robustAccuracy: Share[];
  /** Samples broken, of those that are right without an attack; null where none are. */
  successRate: (number | null)[];
  /** How far away the nearest input found is; null of attacks with a fixed budget. */
  minimumDistance: { found: number; median: number | null; mean: number | null } | null;
  /** Mean of its size over that of the sample, Moosavi-Dezfooli et al. (2016); null of attacks with a fixed budget. */
  empiricalRobustness: number | null;
  /** Model evaluations and gradients for each sample that is right, over all epsilons. */
  queries: number;
  gradients: number;
  seconds: number;
}

/** The samples of one class. */
export interface ClassReport {
  label: number;
  name: string;
  samples: number;
  cleanAccuracy: Share;
  /** An entry for each epsilon. */
  worstCase: Share[];
}

/** Plain data, the same after JSON. */
export interface EvaluationReport {
  version: 1;
  model: string;
  samples: number;
  norm: EvaluationNorm;
  epsilons: number[];
  seed: number;
  /** True where no labels were given and the model's own predictions count as right. */
  labelsFromModel: boolean;
  cleanAccuracy: Share;
  attacks: AttackReport[];
  /** All attacks together: a sample is broken where any of them breaks it. */
  worstCase: {
    robustAccuracy: Share[];
    /** Of each sample, how far away the nearest input found is: 0 where it was wrong before, null where none was found. */
    distances: (number | null)[];
    /** Which attack found it: an index into `attacks`. */
    attacks: (number | null)[];
  };
  /** Classes of which there are samples. */
  classes: ClassReport[];
  /** Mean l2 norm of the gradient of the cross-entropy; null of models without gradients. */
  lossSensitivity: number | null;
  /** Share of samples whose gradient is 0 in every feature. */
  zeroGradients: number | null;
  warnings: EvaluationWarning[];
  /** Of all calls together, those before resuming too. */
  seconds: number;
}

/** What a report is made from. */
export interface Findings {
  plan: Plan;
  info: ModelInfo;
  samples: Samples;
  labels: Int32Array;
  labelsFromModel: boolean;
  predicted: Int32Array;
  pieces: readonly EvaluationPiece[];
  sensitivity: Sensitivity | null;
  /** Of what is in no piece. */
  seconds: number;
}

export function reportOf(findings: Findings): EvaluationReport {
  const { plan, info, labels, predicted, pieces, sensitivity } = findings;
  const { norm, epsilons, seed } = plan;
  const samples = labels.length;
  const right = Array.from(labels, (label, row) => label === predicted[row]);
  const cleanAccuracy = shareOf(right.filter(Boolean).length, samples);
  const nearest = plan.attacks.map((_, index) => nearestOf(pieces, index, samples));
  const attacks = plan.attacks.map((attack, index) =>
    describe(findings, attack, index, right, nearest[index] as number[]),
  );
  const worst = Array.from(labels, (_, row) => Math.min(...nearest.map((each) => each[row] as number)));
  const first = (row: number) => nearest.findIndex((each) => each[row] === worst[row]);
  const classes = info.output.labels.flatMap((name, label): ClassReport[] => {
    const rows = [...labels.keys()].filter((row) => labels[row] === label);
    if (rows.length === 0) return [];
    const among = (test: (row: number) => boolean | undefined) => shareOf(rows.filter(test).length, rows.length);
    const worstCase = epsilons.map((epsilon) => among((row) => right[row] && (worst[row] as number) > epsilon));
    return [{ label, name, samples: rows.length, cleanAccuracy: among((row) => right[row]), worstCase }];
  });
  const report: EvaluationReport = {
    version: 1,
    model: info.name,
    samples,
    norm,
    epsilons,
    seed,
    labelsFromModel: findings.labelsFromModel,
    cleanAccuracy,
    attacks,
    worstCase: {
      robustAccuracy: robustAccuracies(epsilons, right, worst),
      distances: worst.map((distance, row) => (right[row] ? finite(distance) : 0)),
      attacks: worst.map((distance, row) => (right[row] && Number.isFinite(distance) ? first(row) : null)),
    },
    classes,
    lossSensitivity: sensitivity?.mean ?? null,
    zeroGradients: sensitivity && sensitivity.zeros / samples,
    warnings: [],
    seconds: pieces.reduce((sum, piece) => sum + piece.seconds, findings.seconds),
  };
  return { ...report, warnings: warningsOf(report, pieces, info) };
}

function describe(
  { plan, samples, pieces }: Findings,
  { method, name, description, ownNorm, options }: PlannedAttack,
  index: number,
  right: readonly boolean[],
  nearest: readonly number[],
): AttackReport {
  const { goal, needs } = description.traits;
  const attacked = right.filter(Boolean).length;
  const robustAccuracy = robustAccuracies(plan.epsilons, right, nearest);
  const rows = [...nearest.keys()].filter((row) => right[row]);
  const found = rows.filter((row) => Number.isFinite(nearest[row]));
  const distances = rows.map((row) => nearest[row] as number);
  const sizes = found.map((row) => (nearest[row] as number) / normOf(rowAt(samples, row), plan.norm));
  const own = pieces.filter(({ attack }) => attack === index);
  const sum = (member: 'queries' | 'gradients' | 'seconds') => own.reduce((total, piece) => total + piece[member], 0);
  const smallest = goal !== 'fixed-budget';
  return {
    method,
    name,
    goal,
    needs,
    ownNorm,
    options: plain(options, 32) as Record<string, unknown>,
    robustAccuracy,
    successRate: robustAccuracy.map(({ count }) => (attacked > 0 ? (attacked - count) / attacked : null)),
    minimumDistance: smallest
      ? { found: found.length, median: medianOf(distances), mean: meanOf(distances.filter(Number.isFinite)) }
      : null,
    // A sample of nothing but zeros has no size to compare with.
    empiricalRobustness: smallest ? meanOf(sizes.filter(Number.isFinite)) : null,
    queries: attacked > 0 ? sum('queries') / attacked : 0,
    gradients: attacked > 0 ? sum('gradients') / attacked : 0,
    seconds: sum('seconds'),
  };
}

/** Of each sample, the smallest distance that the attack found at any epsilon; infinite where there is none. */
export function nearestOf(pieces: readonly EvaluationPiece[], attack: number, samples: number): number[] {
  const nearest = Array<number>(samples).fill(Number.POSITIVE_INFINITY);
  for (const piece of pieces) {
    if (piece.attack !== attack) continue;
    for (const [place, row] of piece.samples.entries()) {
      nearest[row] = Math.min(nearest[row] as number, piece.distances[place] ?? Number.POSITIVE_INFINITY);
    }
  }
  return nearest;
}

function robustAccuracies(epsilons: readonly number[], right: readonly boolean[], nearest: readonly number[]): Share[] {
  return epsilons.map((epsilon) =>
    shareOf(right.filter((good, row) => good && (nearest[row] as number) > epsilon).length, right.length),
  );
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
