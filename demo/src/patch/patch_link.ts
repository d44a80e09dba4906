import { sampleCount } from '../../../web/src/element/laboratory.js';
import { parseValue } from '../../../web/src/element/options.js';
import { LinkFields, oneOf, whole, writeFields } from '../link_fields.js';
import { firstState, learnedFrom, method, namesOf, ownOptions, patchable, type State, within } from './settings.js';

const anyClass = 'any';

/** Options as links have them. */
const options = () => [...method().options.filter(({ name }) => name === 'size'), ...ownOptions()];

/** A patch and where it lies, as an address has it behind the page's. */
export function writePatchLink({ model, target, options: values, sample, place }: State): string {
  const { row, column, scale, rotation } = place;
  return writeFields('patch', {
    model,
    target: target ?? anyClass,
    ...Object.fromEntries(options().map(({ name }) => [`o.${name}`, values[name] as number | string | undefined])),
    sample,
    row,
    column,
    ...(scale !== 1 && { scale }),
    ...(rotation !== 0 && { rotation }),
  });
}

/** The patch in a link, and in words what could not be read: that keeps its default. */
export function readPatchLink(link: string): { state: State; complaints: string } {
  const given = new LinkFields(link);
  const state = firstState();
  state.model = given.take('model', oneOf(patchable().map(({ id }) => id))) ?? state.model;
  const target = given.take('target', (text) => {
    const index = whole(text);
    if (text === anyClass) return anyClass;
    return index !== undefined && index < namesOf(state).length ? index : undefined;
  });
  if (target !== undefined) state.target = target === anyClass ? undefined : target;
  for (const option of options()) {
    const value = given.take(`o.${option.name}`, (text) => parseValue(option, text));
    if (value !== undefined) state.options[option.name] = value;
  }
  const unseen = (text: string) => {
    const index = whole(text);
    return index !== undefined && index >= learnedFrom && index < sampleCount ? index : undefined;
  };
  state.sample = given.take('sample', unseen) ?? state.sample;
  const place = { ...state.place };
  for (const name of ['row', 'column', 'scale', 'rotation'] as const) {
    place[name] =
      given.take(name, (text) => (Number.isFinite(Number(text)) && text !== '' ? Number(text) : undefined)) ??
      place[name];
  }
  state.place = within(place);
  return { state, complaints: given.complaints };
}
