import { parseValue } from '../../../web/src/element/options.js';
import { LinkFields, oneOf, whole, writeFields } from '../link_fields.js';
import { noPoints, packPoints, unpackPoints } from './points.js';
import {
  attackOf,
  attacks,
  ballNorms,
  dataChoices,
  fields,
  firstState,
  largestEpsilon,
  mostEpochs,
  ownOptionsOf,
  type State,
  surfaces,
  views,
} from './settings.js';

/** The landscape as an address has it behind the page's. */
export function writeLandscapeLink(state: State): string {
  const { data, drawn, epochs, point, attack, norm, epsilon, surface, view } = state;
  const settings = fields(data).map(({ name }) => [name, state.settings[name]]);
  const options = ownOptionsOf(attackOf(state)).map(({ name }) => [`o.${name}`, state.options[name]]);
  return writeFields('landscape', {
    data,
    ...(data === 'drawn' && { points: packPoints(drawn) }),
    ...Object.fromEntries(settings),
    epochs,
    point,
    attack,
    norm,
    epsilon,
    ...Object.fromEntries(options),
    ...(surface !== 'answers' && { surface }),
    ...(view !== 'whole' && { view }),
  });
}

/** The landscape in a link, and in words what could not be read: that keeps its default. */
export function readLandscapeLink(link: string): { state: State; complaints: string } {
  const given = new LinkFields(link);
  const state = firstState();
  state.data = given.take('data', oneOf(dataChoices)) ?? state.data;
  if (state.data === 'drawn') state.drawn = given.take('points', unpackPoints) ?? noPoints;
  for (const field of fields(state.data)) {
    const value = given.take(field.name, (text) => parseValue(field, text));
    if (value !== undefined && value !== field.default) state.settings[field.name] = value;
  }
  const within = (largest: number) => (text: string) => {
    const number = Number(text);
    return text !== '' && number >= 0 && number <= largest ? number : undefined;
  };
  const epochs = given.take('epochs', whole) ?? state.epochs;
  state.epochs = Math.min(epochs, mostEpochs);
  state.point = given.take('point', whole) ?? state.point;
  state.attack = given.take('attack', oneOf(attacks().map(({ id }) => id))) ?? state.attack;
  state.norm = given.take('norm', oneOf(ballNorms)) ?? state.norm;
  state.epsilon = given.take('epsilon', within(largestEpsilon)) ?? state.epsilon;
  for (const option of ownOptionsOf(attackOf(state))) {
    const value = given.take(`o.${option.name}`, (text) => parseValue(option, text));
    if (value !== undefined) state.options[option.name] = value;
  }
  state.surface = given.take('surface', oneOf(surfaces)) ?? state.surface;
  state.view = given.take('view', oneOf(views)) ?? state.view;
  return { state, complaints: given.complaints };
}
