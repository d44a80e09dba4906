import { catalog } from 'mlsec/catalog';
import { LinkFields, oneOf, whole, writeFields } from '../link_fields.js';
import {
  firstAttacks,
  firstState,
  idsIn,
  measuringAttack,
  mostRows,
  networksOf,
  norms,
  type State,
  sampleCounts,
} from './settings.js';

/** The comparison as an address has it behind the page's. */
export function writeCompareLink({ data, sample, attacks, norm, epsilon, chosen, samples, measure }: State): string {
  const shown = chosen && catalog().models.some(({ id }) => id === chosen.model) ? chosen : undefined;
  return writeFields('compare', {
    data,
    sample,
    attacks: attacks.join('.'),
    norm,
    epsilon,
    ...(shown && { from: shown.model, by: shown.attack }),
    measure,
    samples,
  });
}

/** The comparison in a link, and in words what could not be read: that keeps its default. */
export function readCompareLink(link: string): { state: State; complaints: string } {
  const given = new LinkFields(link);
  const state = firstState();
  state.data = given.take('data', oneOf(catalog().datasets.map(({ id }) => id))) ?? state.data;
  state.sample = given.take('sample', whole) ?? state.sample;
  state.norm = given.take('norm', oneOf(norms)) ?? state.norm;
  const able = idsIn(state.norm);
  const list = (text: string) => {
    const ids = text.split('.');
    return ids.length <= mostRows && ids.every((id) => able.includes(id)) ? [...new Set(ids)] : undefined;
  };
  state.attacks = given.take('attacks', list) ?? firstAttacks(state.norm);
  state.epsilon = given.take('epsilon', (text) => (Number(text) >= 0 && text !== '' ? Number(text) : undefined));
  const model = given.take('from', oneOf(networksOf(state).map(({ id }) => id)));
  const attack = given.take('by', oneOf(state.attacks));
  if (model && attack) state.chosen = { model, attack };
  state.measure = given.take('measure', oneOf(able)) ?? measuringAttack(state.norm).id;
  state.samples =
    given.take('samples', (text) => sampleCounts.find((count) => String(count) === text)) ?? state.samples;
  return { state, complaints: given.complaints };
}
