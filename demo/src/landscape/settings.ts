import type { Architecture, AttackDescription, AttackOptions, Layer, OptionDescription, TrainOptions } from 'mlsec';
import { catalog } from 'mlsec/catalog';
import { attackNamed } from '../../../web/src/element/attacks.js';
import { normOf, type OptionValues, strengthOption } from '../../../web/src/element/options.js';
import { texts } from '../texts/landscape.js';
import { noPoints, type Pattern, type Points, patterns, pointsOf } from './points.js';

/** Everything a link to a landscape carries: with the same state, the same is shown on every machine. */
export interface State {
  data: Pattern | 'drawn';
  /** Placed by hand. */
  drawn: Points;
  /** Of the data, the networks and their training: those that differ from the defaults of this page. */
  settings: OptionValues;
  /** How far the networks are trained, or shall be. */
  epochs: number;
  /** The point that is attacked. */
  point: number;
  attack: string;
  /** Of the balls, and of the attack where it can be told. */
  norm: string;
  epsilon: number;
  /** Options of the attack that differ from their defaults. */
  options: OptionValues;
  surface: 'answers' | 'loss';
  /** Whether the whole plane is shown, or what is close to the point. */
  view: 'whole' | 'close';
}

/** Of the points there are at first, one of each pattern whose fate differs between the networks. */
export const showcase: Record<State['data'], number> = { moons: 133, circles: 14, spirals: 42, blobs: 13, drawn: 0 };

export const dataChoices = [...patterns, 'drawn'] as const;
export const surfaces = ['answers', 'loss'] as const;
export const views = ['whole', 'close'] as const;

/** Norms whose ball is an area, so that an attack can use up the room in it. */
export const ballNorms = ['l1', 'l2', 'linf'] as const;

export const largestEpsilon = 0.6;

/** A training goes no further. */
export const mostEpochs = 5000;

/** What shall be the same for both networks, and what one of them has of its own. */
export const bounds = [-1, 1];
const batchSize = 32;

export function firstState(): State {
  return {
    data: 'moons',
    drawn: noPoints,
    settings: {},
    epochs: 150,
    point: showcase.moons,
    attack: measuringAttack().id,
    norm: 'linf',
    epsilon: 0.15,
    options: {},
    surface: 'answers',
    view: 'whole',
  };
}

/** The attack that the hardened network learns from, and that robust accuracy is measured by: one that goes in steps. */
export function measuringAttack(): AttackDescription {
  const able = attacks().filter(
    ({ traits, options }) =>
      traits.goal === 'fixed-budget' && traits.needs === 'gradients' && options.some(({ name }) => name === 'steps'),
  );
  return able[0] ?? (catalog().attacks[0] as AttackDescription);
}

/** The attacks that work on a point of the plane. */
export function attacks(): AttackDescription[] {
  return catalog().attacks.filter(({ traits }) => traits.acts === 'sample' && traits.inputs.includes('vector'));
}

export function attackOf({ attack }: Pick<State, 'attack'>): AttackDescription {
  return attackNamed(attack) ?? measuringAttack();
}

/** The norm that the attack measures in: the one that is chosen, where it can. */
export function normInForce(state: Pick<State, 'attack' | 'norm'>): string {
  const attack = attackOf(state);
  return attack.traits.norms.some((norm) => norm === state.norm) ? state.norm : normOf(attack, {});
}

const plain = { level: 'basic' } as const;

/** What a form asks of the data and the networks, declared as the catalogue declares options. */
export function fields(data: State['data']): OptionDescription[] {
  const ofData: OptionDescription[] = [
    {
      ...plain,
      name: 'points',
      type: 'integer',
      minimum: 10,
      maximum: 400,
      default: 160,
      summary: texts.fields.points,
    },
    { ...plain, name: 'noise', type: 'number', minimum: 0, maximum: 0.5, default: 0.06, summary: texts.fields.noise },
    { name: 'dataSeed', type: 'integer', minimum: 0, default: 1, summary: texts.fields.dataSeed, level: 'advanced' },
  ];
  return [...(data === 'drawn' ? [] : ofData), ...networkFields()];
}

function networkFields(): OptionDescription[] {
  return [
    {
      ...plain,
      name: 'layers',
      type: 'enum',
      values: ['0', '1', '2', '3'],
      default: '2',
      summary: texts.fields.layers,
    },
    {
      ...plain,
      name: 'units',
      type: 'enum',
      values: ['2', '4', '8', '16'],
      default: '16',
      summary: texts.fields.units,
    },
    {
      ...plain,
      name: 'activation',
      type: 'enum',
      values: ['relu', 'tanh'],
      default: 'relu',
      summary: texts.fields.activation,
    },
    {
      ...plain,
      name: 'hardening',
      type: 'number',
      minimum: 0,
      maximum: largestEpsilon,
      default: 0.15,
      summary: texts.fields.hardening,
    },
    {
      name: 'hardeningNorm',
      type: 'enum',
      values: [...ballNorms],
      default: 'linf',
      summary: texts.fields.hardeningNorm,
      level: 'advanced',
    },
    {
      name: 'networkLearningRate',
      type: 'number',
      minimum: 0,
      maximum: 1,
      default: 0.01,
      summary: texts.fields.networkLearningRate,
      level: 'advanced',
    },
    {
      name: 'networkSeed',
      type: 'integer',
      minimum: 0,
      default: 0,
      summary: texts.fields.networkSeed,
      level: 'advanced',
    },
  ];
}

/** The value in force. */
export function valueIn({ data, settings }: Pick<State, 'data' | 'settings'>, name: string): unknown {
  return settings[name] ?? fields(data).find((field) => field.name === name)?.default;
}

export function pointsIn(state: State): Points {
  if (state.data === 'drawn') return state.drawn;
  const number = (name: string) => Number(valueIn(state, name));
  return pointsOf(state.data, number('points'), number('noise'), number('dataSeed'));
}

/** What is wrong with a field, so that nothing is to be made of it. */
export function mistakeIn(state: State): { words: string; field: string } | undefined {
  for (const { name, minimum, maximum, type } of fields(state.data)) {
    const value = valueIn(state, name);
    if (typeof value !== 'number' || (type !== 'integer' && type !== 'number')) continue;
    const wrong = value < (minimum ?? value) || value > (maximum ?? value) || (type === 'integer' && value % 1 !== 0);
    if (wrong) return { words: texts.outOfRange(name, minimum ?? 0, maximum), field: name };
  }
  return undefined;
}

/** Hidden layers, as many as are chosen; without any, this is logistic regression. */
export function architectureIn(state: State): Architecture {
  const type = String(valueIn(state, 'activation')) as 'relu' | 'tanh';
  const hidden: Layer[] = [{ type: 'dense', units: Number(valueIn(state, 'units')) }, { type }];
  const depth = Number(valueIn(state, 'layers'));
  return { input: [2], layers: [...Array.from({ length: depth }, () => hidden).flat(), { type: 'dense', units: 2 }] };
}

/** The training of the ordinary network, or of the one that learns from attacked points. */
export function trainOptionsIn(state: State, hardened: boolean): TrainOptions {
  const epsilon = Number(valueIn(state, 'hardening'));
  const norm = String(valueIn(state, 'hardeningNorm'));
  const adversarial = { method: measuringAttack().id, norm, epsilon, steps: 7 } as TrainOptions['adversarial'];
  return {
    epochs: mostEpochs,
    batchSize,
    bounds,
    learningRate: Number(valueIn(state, 'networkLearningRate')),
    seed: Number(valueIn(state, 'networkSeed')),
    ...(hardened && { adversarial }),
  };
}

/** Epochs are so many batches. */
export function batchesOf({ labels }: Points): number {
  return Math.ceil(labels.length / batchSize);
}

/** The attack on the point, with every step that it makes. */
export function attackOptionsIn(state: State): AttackOptions {
  const attack = attackOf(state);
  const has = (name: string) => attack.options.some((option) => option.name === name);
  return {
    ...state.options,
    method: attack.id,
    ...(has('norm') && { norm: normInForce(state) }),
    ...(strengthOption(attack) && { epsilon: state.epsilon }),
    trajectory: true,
  } as AttackOptions;
}

/** The attack on all points, within the ball that is shown; undefined where that is no area. */
export function measuringOptionsIn(state: State): AttackOptions | undefined {
  const norm = normInForce(state);
  if (!ballNorms.some((each) => each === norm)) return undefined;
  return { method: measuringAttack().id, norm, epsilon: state.epsilon, steps: 20 } as AttackOptions;
}

/** The attack's own options that the form asks for apart from norm and strength. */
export function ownOptionsOf(attack: AttackDescription): OptionDescription[] {
  const types = ['boolean', 'integer', 'number', 'enum'];
  const elsewhere = ['norm', 'epsilon'];
  const seed = catalog().attackOptions.filter(({ name }) => name === 'seed' || name === 'restarts');
  return [...attack.options, ...seed].filter(
    ({ name, type, perSample }) => types.includes(type) && !perSample && !elsewhere.includes(name),
  );
}
