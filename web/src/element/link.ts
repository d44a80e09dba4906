import { catalog } from 'mlsec/catalog';
import { attackNamed } from './attacks.js';
import { wordsFor } from './data_sets.js';
import { packDrawing, packPicture, unpackDrawing, unpackPicture } from './digit.js';
import { optionsOf, parseValue } from './options.js';
import { amplifications } from './paint.js';
import { attackOf, datasetOf, firstState, type State } from './state.js';
import { english, type Texts } from './texts.js';

/** Links of other versions are not read as if they were of this one. */
const version = '1';

/** Before the name of an option, which may be any. */
const optionMark = 'o.';

/** The state as the part of an address behind the '#'. */
export function writeLink(state: State): string {
  const fields = new URLSearchParams({ v: version, model: state.model });
  if (state.source === 'sample') fields.set('sample', String(state.sample));
  else if (state.source === 'drawing') fields.set('drawing', state.drawing ? packDrawing(state.drawing) : '');
  else fields.set('picture', state.picture ? packPicture(state.picture) : '');
  if (state.source !== 'sample' && state.label !== undefined) fields.set('label', String(state.label));
  fields.set('attack', state.attack);
  fields.set('target', state.target === undefined ? 'any' : String(state.target));
  for (const { name } of optionsOf(attackOf(state))) {
    const value = state.options[name];
    if (value !== undefined) fields.set(optionMark + name, String(value));
  }
  if (state.amplification !== undefined) fields.set('amplification', String(state.amplification));
  return fields.toString();
}

/** The state in a link, and in words what could not be read: that keeps its default. */
export function readLink(text: string, texts: Texts = english): { state: State; complaints: string[] } {
  const state = firstState();
  const fields = new URLSearchParams(text);
  if (fields.size === 0) return { state, complaints: [] };
  if (fields.get('v') !== version) {
    return { state, complaints: [texts.noLink] };
  }
  const complaints: string[] = [];
  const read = <T>(name: string, parse: (value: string) => T | undefined, take: (value: T) => void): void => {
    const value = fields.get(name);
    fields.delete(name);
    if (value === null) return;
    const parsed = parse(value);
    if (parsed !== undefined) return take(parsed);
    complaints.push(texts.unknownInLink(name.replace(optionMark, '')));
  };
  fields.delete('v');
  read(
    'model',
    (id) => catalog().models.find((model) => model.id === id)?.id,
    (id) => {
      state.model = id;
    },
  );
  read('sample', whole, (sample) => {
    state.sample = sample;
  });
  read(
    'drawing',
    (drawing) => (drawing === '' ? new Uint8Array() : unpackDrawing(drawing)),
    (drawing) => {
      state.source = 'drawing';
      state.drawing = drawing.length > 0 ? drawing : undefined;
    },
  );
  if (state.source === 'drawing' && !wordsFor(datasetOf(state)).drawable) {
    state.source = 'sample';
    complaints.push(texts.noDrawings(state.model));
  }
  read(
    'picture',
    (picture) => (picture === '' ? new Uint8Array() : unpackPicture(picture)),
    (picture) => {
      state.source = 'picture';
      state.picture = picture.length > 0 ? picture : undefined;
    },
  );
  // Of a sample the page knows it.
  if (state.source !== 'sample') {
    read('label', whole, (label) => {
      state.label = label;
    });
  }
  read(
    'amplification',
    (factor) => amplifications.find((each) => String(each) === factor),
    (factor) => {
      state.amplification = factor;
    },
  );
  read(
    'attack',
    (id) => attackNamed(id)?.id,
    (id) => {
      state.attack = id;
    },
  );
  read(
    'target',
    (target) => (target === 'any' ? null : whole(target)),
    (target) => {
      state.target = target ?? undefined;
    },
  );
  for (const option of optionsOf(attackOf(state))) {
    read(
      optionMark + option.name,
      (value) => parseValue(option, value),
      (value) => {
        state.options[option.name] = value;
      },
    );
  }
  for (const name of fields.keys())
    read(
      name,
      () => undefined,
      () => {},
    );
  return { state, complaints };
}

function whole(text: string): number | undefined {
  return /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}
