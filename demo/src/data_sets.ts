import { catalog } from 'mlsec/catalog';

/** How one speaks of the images of a data set. */
export interface ImageWords {
  /** All of them. */
  name: string;
  /** One of them. */
  one: string;
  /** What a network learns from them. */
  task: string;
  /** Whether a visitor can draw one. */
  drawable: boolean;
}

const words: Record<string, ImageWords> = {
  mnist: { name: 'Digits', one: 'digit', task: 'to read handwritten digits', drawable: true },
  fashion: { name: 'Clothes', one: 'piece of clothing', task: 'to tell clothes apart', drawable: false },
};

/** The words for a data set; one this page has none for is called by its id. */
export function wordsFor(dataset: string): ImageWords {
  return words[dataset] ?? { name: dataset, one: 'image', task: 'to tell images apart', drawable: false };
}

/** What the classes of a data set are called. */
export function classNamesOf(dataset: string): readonly string[] {
  return catalog().datasets.find(({ id }) => id === dataset)?.classNames ?? [];
}
