import type { AttackDescription, InputSpecification, ModelInfo, ShippedSamples } from 'mlsec';
import { catalog } from 'mlsec/catalog';
import { attackNamed, attacksFor } from './attacks.js';
import { classNamesOf, wordsFor } from './data_sets.js';
import { side } from './digit.js';
import { digitShape, type ImageShape, sameImages, sizeOf } from './image_shape.js';
import { networkNamed } from './networks.js';
import { scaleOf } from './norms.js';
import { normOf, type OptionValues, strengthOption } from './options.js';

/** Everything a link carries, but for a network trained here: the same state gives the same result. */
export interface State {
  /** The id of a network. */
  model: string;
  source: 'sample' | 'drawing' | 'picture';
  /** Which of the samples that ship. */
  sample: number;
  /** The drawn digit, a byte a pixel; undefined while nothing is drawn. */
  drawing?: Uint8Array;
  /** A picture of the visitor's as the network gets it, a byte a pixel; undefined while none is given. */
  picture?: Uint8Array;
  /** What a drawing, a picture or an image for a visitor's network really is, where the visitor has said so. */
  label?: number;
  attack: string;
  /** The class aimed at; undefined for any other than the right one. */
  target?: number;
  /** Options of the attack that differ from their defaults. */
  options: OptionValues;
  /** How many times the change is amplified where it is shown; undefined for as much as can be shown. */
  amplification?: number;
}

/** What the page opens with: an attack whose strength can be slid, on a digit that it succeeds on. */
export function firstState(): State {
  const attacks = attacksFor(undefined);
  const first = attacks.find(({ traits }) => traits.goal === 'fixed-budget') ?? (attacks[0] as AttackDescription);
  return { model: catalog().models[0]?.id ?? '', source: 'sample', sample: 4, attack: first.id, options: {} };
}

export function attackOf(state: State): AttackDescription {
  return attackNamed(state.attack) ?? (catalog().attacks[0] as AttackDescription);
}

/** The id of the data set that the network has learned from, and the samples are of. */
export function datasetOf({ model }: State): string {
  return networkNamed(model).dataset;
}

/** The images that the network takes. */
export function shapeOf({ model }: Pick<State, 'model'>): ImageShape {
  return networkNamed(model).shape ?? digitShape;
}

/** What the network's classes are called: by itself, once it has come, and by its data set until then. */
export function namesOf(state: State, network: ModelInfo | undefined): readonly string[] {
  return networkNamed(state.model).names ?? network?.output.labels ?? classNamesOf(datasetOf(state));
}

/** The state with another network: what only makes sense with the images of the former one is left out. */
export function withNetwork(state: State, model: string): State {
  const next = { ...state, model };
  if (datasetOf(next) === datasetOf(state)) return next;
  const { drawable } = wordsFor(datasetOf(next));
  const source = drawable || state.source !== 'drawing' ? state.source : 'sample';
  const picture = sameImages(shapeOf(next), shapeOf(state)) ? state.picture : undefined;
  const { samples } = networkNamed(model);
  const sample = samples && state.sample >= (samples.inputs.shape[0] ?? 0) ? 0 : state.sample;
  // Limits and steps of a visitor's network may be in other units.
  const options = [state, next].some((each) => networkNamed(each.model).origin === 'file') ? {} : state.options;
  return { ...next, target: undefined, label: undefined, source, picture, sample, options };
}

/** The image that is attacked, a byte a pixel; undefined where nothing is drawn or given, or there is no such sample. */
export function pixelsOf(state: State, samples: ShippedSamples | undefined): Uint8Array | undefined {
  if (state.source !== 'sample') return state[state.source];
  const size = sizeOf(shapeOf(state));
  // The same part every time, so that what is made of it can be kept.
  const pixels = samples && partOf(samples.inputs.data, state.sample, size);
  return pixels?.length === size ? pixels : undefined;
}

const parts = new WeakMap<Uint8Array, Map<number, Uint8Array>>();

function partOf(data: Uint8Array, index: number, size: number): Uint8Array {
  const known = parts.get(data) ?? new Map<number, Uint8Array>();
  parts.set(data, known);
  const part = known.get(index) ?? data.slice(index * size, (index + 1) * size);
  known.set(index, part);
  return part;
}

/** The right class of a sample; of a drawing or a picture, and for a visitor's network, what the visitor has said. */
export function labelOf(state: State, samples: ShippedSamples | undefined): number | undefined {
  return labelIsKnown(state) ? samples?.labels[state.sample] : state.label;
}

/** Whether the page knows by itself what the image is. */
export function labelIsKnown({ source, model }: State): boolean {
  return source === 'sample' && networkNamed(model).origin !== 'file';
}

/** Whether what was said of the one image holds for the other, too: a drawing may be gone on with. */
export function showsTheSame(one: State, other: State): boolean {
  if (one.source !== other.source) return false;
  return one.source === 'drawing' ? !!one.drawing && !!other.drawing : one[one.source] === other[one.source];
}

/** The class to aim at, where the attack can aim and the image is not of that class already. */
export function aimOf(state: State, samples: ShippedSamples | undefined): number | undefined {
  const possible = attackOf(state).traits.targeted && state.target !== labelOf(state, samples);
  return possible ? state.target : undefined;
}

/** True where both are about the same image, as seen by the same network. */
export function sameSubject(one: State, other: State): boolean {
  const keys = ['model', 'source', one.source] as const;
  return keys.every((key) => one[key] === other[key]);
}

/** What the slider ranges over before a model has told its input. */
const usualInput = { shape: [side, side], lower: 0, upper: 1 };

/** The limits worth trying in the norm in force. */
export function strengthScale(state: State, input: Pick<InputSpecification, 'shape' | 'lower' | 'upper'> = usualInput) {
  return scaleOf(normOf(attackOf(state), state.options), input);
}

/** The limit in force: the chosen one, or one that suits the norm; undefined where the attack has none. */
export function strengthOf(state: State, input?: InputSpecification): number | undefined {
  const option = strengthOption(attackOf(state));
  return option && Number(state.options[option.name] ?? strengthScale(state, input).start);
}

/** All options that differ from their defaults, with the limit in force. */
export function optionValuesOf(state: State, input?: InputSpecification): OptionValues {
  const option = strengthOption(attackOf(state));
  const strength = strengthOf(state, input);
  return option && strength !== undefined ? { ...state.options, [option.name]: strength } : state.options;
}
