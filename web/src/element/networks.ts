import type { LoadOptions, ShippedSamples } from 'mlsec';
import { catalog } from 'mlsec/catalog';
import type { ImageShape } from './image_shape.js';

/** What can be attacked: a network that ships, one trained in this page, or one from a file of the visitor's. */
export interface Network {
  id: string;
  /** The id of the data set it has learned from. */
  dataset: string;
  summary: string;
  /** Of one that lives in this page alone, so that no link can lead to it: where it comes from. */
  origin?: 'training' | 'file';
  /** Of one trained here: the link to its training. */
  recipe?: string;
  /** Of a visitor's own: the images it takes, where they are not those of a data set here. */
  shape?: ImageShape;
  /** Images to begin with, where there is no data set. */
  samples?: ShippedSamples;
  /** What its classes are called, where that is not in its file. */
  names?: readonly string[];
  /** How its file is read. */
  reading?: LoadOptions;
}

const added = new Map<string, Network>();

export function networks(): Network[] {
  return [...catalog().models, ...added.values()];
}

/** The network of that id; where there is none, the first. */
export function networkNamed(id: string): Network {
  const all = networks();
  return all.find((network) => network.id === id) ?? (all[0] as Network);
}

/** Adds a network that does not ship, or takes the place of its former self. */
export function addNetwork(network: Network & Required<Pick<Network, 'origin'>>): void {
  added.set(network.id, network);
}
