import { catalog } from 'mlsec/catalog';
import { english, type Texts } from './texts.js';

/** How one speaks of the images of a data set. */
export interface ImageWords {
  /** All of them. */
  name: string;
  /** One of them. */
  one: string;
  /** What a network takes one for. */
  seen: string;
  /** What a network learns from them. */
  task: string;
  /** Whether a visitor can draw one. */
  drawable: boolean;
}

/** Those whose images a visitor can draw. */
const drawable = ['mnist'];

/** The words for a data set; one this page has none for is called by its id. */
export function wordsFor(dataset: string, { dataSets }: Texts = english): ImageWords {
  const words = Object.hasOwn(dataSets.known, dataset)
    ? dataSets.known[dataset as keyof typeof dataSets.known]
    : dataSets.other(dataset);
  return { seen: words.one, ...words, drawable: drawable.includes(dataset) };
}

/** What the classes of a data set are called. */
export function classNamesOf(dataset: string): readonly string[] {
  return catalog().datasets.find(({ id }) => id === dataset)?.classNames ?? [];
}
