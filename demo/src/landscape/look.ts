import { attack, type Model, type Predictions } from 'mlsec';
import type { Points } from './points.js';
import { dataOf, deterministic } from './pupil.js';
import { attackOptionsIn, measuringOptionsIn, type State } from './settings.js';

/** The part of the plane that is shown: its middle, and half of its side. */
export interface Frame {
  x: number;
  y: number;
  reach: number;
}

/** Values at the places of a grid, from the upper left, row after row. */
export interface Surface {
  frame: Frame;
  side: number;
  /** How sure the network is of the second class. */
  shares: Float32Array;
  /** The cross-entropy under the label of the attacked point. */
  losses: Float32Array;
}

/** What an attack on a point came to. */
export interface Foray {
  label: number;
  before: number;
  after: number;
  status: 'success' | 'failed' | 'already-misclassified' | 'budget-exhausted';
  /** From the point on, two numbers a place. */
  path: Float32Array;
  end: readonly [number, number];
  distances: Record<string, number>;
  queries: number;
}

/** All that is shown of a network. */
export interface Sight {
  surface: Surface;
  /** Shares of the points that it gets right, as they are and under attack. */
  accuracy: number;
  robust: number | undefined;
  foray: Foray | undefined;
}

/** Places on each side of the grid, and while there will soon be another one. */
const gridSide = 65;
const hastyGridSide = 45;

/** Looks at a network as the state asks. */
export async function lookAt(
  model: Model,
  points: Points,
  state: State,
  hasty: boolean,
  signal: AbortSignal,
): Promise<Sight> {
  const call = { signal, deterministic };
  const frame = frameOf(state, points);
  const side = hasty ? hastyGridSide : gridSide;
  const label = points.labels[state.point];
  const [surface, answers, measured, foray] = await Promise.all([
    model.predict({ data: gridOf(frame, side), shape: [side * side, 2] }, call),
    model.predict(dataOf(points), call),
    measure(model, points, state, signal),
    label === undefined ? undefined : forayOn(model, points, state, hasty, signal),
  ]);
  const right = answers.labels.filter((answer, index) => answer === points.labels[index]).length;
  return {
    surface: { frame, side, ...surfaceOf(surface, label ?? 0) },
    accuracy: right / points.labels.length,
    robust: measured?.summary.robustAccuracy,
    foray,
  };
}

/** The whole plane, or what surrounds the attacked point and its ball. */
export function frameOf({ view, point, epsilon }: State, { places, labels }: Points): Frame {
  if (view === 'whole' || labels[point] === undefined) return { x: 0, y: 0, reach: 1 };
  const reach = Math.min(1, Math.max(0.1, 1.35 * epsilon));
  // Attacks stay in the plane, and networks are asked of nothing beyond.
  const inside = (place = 0) => Math.max(reach - 1, Math.min(1 - reach, place));
  return { x: inside(places[2 * point]), y: inside(places[2 * point + 1]), reach };
}

function gridOf({ x, y, reach }: Frame, side: number): Float32Array {
  const step = (index: number) => (2 * index) / (side - 1) - 1;
  const within = (value: number) => Math.max(-1, Math.min(1, value));
  return Float32Array.from({ length: 2 * side * side }, (_, index) => {
    const [column, row] = [(index >> 1) % side, Math.floor((index >> 1) / side)];
    return within(index % 2 === 0 ? x + reach * step(column) : y - reach * step(row));
  });
}

function surfaceOf({ logits, probabilities }: Predictions, label: number): Pick<Surface, 'shares' | 'losses'> {
  const margin = (index: number) => (logits[2 * index + 1] ?? 0) - (logits[2 * index] ?? 0);
  const places = { length: logits.length / 2 };
  return {
    shares: probabilities.filter((_, index) => index % 2 === 1),
    // log(1 + exp(-margin of the label)), written so that it does not overflow
    losses: Float32Array.from(places, (_, index) => {
      const against = label === 1 ? -margin(index) : margin(index);
      return Math.max(0, against) + Math.log1p(Math.exp(-Math.abs(against)));
    }),
  };
}

async function measure(model: Model, points: Points, state: State, signal: AbortSignal) {
  const options = measuringOptionsIn(state);
  return options && attack(model, dataOf(points), { ...options, signal, deterministic });
}

/** While the networks learn, none may take long. */
const hastySeconds = 0.15;

async function forayOn(
  model: Model,
  points: Points,
  state: State,
  hasty: boolean,
  signal: AbortSignal,
): Promise<Foray> {
  const data = points.places.slice(2 * state.point, 2 * state.point + 2);
  const label = points.labels[state.point] ?? 0;
  const result = await attack(
    model,
    { data, shape: [1, 2] },
    {
      ...attackOptionsIn(state),
      labels: [label],
      ...(hasty && { maxSeconds: hastySeconds }),
      signal,
      deterministic,
    },
  );
  const [x = 0, y = 0] = result.adversarials.data;
  const { l0, l1, l2, linf } = result.distances;
  return {
    label,
    before: result.cleanPredictions[0] ?? label,
    after: result.predictions[0] ?? label,
    status: result.status[0] ?? 'failed',
    path: Float32Array.of(...data, ...(result.trajectories?.[0] ?? []), x, y),
    end: [x, y],
    distances: { l0: l0[0] ?? 0, l1: l1[0] ?? 0, l2: l2[0] ?? 0, linf: linf[0] ?? 0 },
    queries: result.queries[0] ?? 0,
  };
}
