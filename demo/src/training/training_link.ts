import { catalog } from 'mlsec/catalog';
import { parseValue } from '../../../web/src/element/options.js';
import { texts } from '../texts/site.js';
import { architectures } from './architectures.js';
import { fieldsOf, firstSettings, type Settings, teachers, workers } from './settings.js';

const version = '1';
const optionMark = 'o.';

/** The settings as an address has them behind the page's. */
export function writeTrainingLink(settings: Settings): string {
  const { dataset, architecture, adversarial, options } = settings;
  const fields = new URLSearchParams({ v: version, screen: 'train', data: dataset, architecture });
  if (adversarial) fields.set('adversarial', adversarial);
  for (const { name } of fieldsOf(settings)) {
    const value = options[name];
    if (value !== undefined && name !== workers.name) fields.set(optionMark + name, String(value));
  }
  return `#${fields}`;
}

/** The settings in a link, and in words what could not be read: that keeps its default. */
export function readTrainingLink(link: string): { settings: Settings; complaints: string[] } {
  const settings = firstSettings();
  const given = new URLSearchParams(link);
  if (given.has('v') && given.get('v') !== version) {
    return { settings, complaints: [texts.foreignLink] };
  }
  const unknown = new Set(given.keys());
  const take = <T>(name: string, find: (text: string) => T | undefined): T | undefined => {
    const text = given.get(name);
    const found = text === null ? undefined : find(text);
    if (found !== undefined) unknown.delete(name);
    return found;
  };
  const idIn = (all: readonly { id: string }[]) => (text: string) => all.find(({ id }) => id === text)?.id;
  for (const name of ['v', 'screen']) unknown.delete(name);
  settings.dataset = take('data', idIn(catalog().datasets)) ?? settings.dataset;
  settings.architecture = take('architecture', idIn(architectures)) ?? settings.architecture;
  settings.adversarial = take('adversarial', idIn(teachers()));
  for (const option of fieldsOf(settings)) {
    if (option.name === workers.name) continue;
    const value = take(optionMark + option.name, (text) => parseValue(option, text));
    if (value !== undefined) settings.options[option.name] = value;
  }
  const complaints = [...unknown].map((name) => texts.unknownInLink(name.replace(optionMark, '')));
  return { settings, complaints };
}
