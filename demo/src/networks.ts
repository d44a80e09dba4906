import { catalog } from 'mlsec/catalog';

/** What can be attacked: a network that ships, or one trained in this page. */
export interface Network {
  id: string;
  /** The id of the data set it has learned from. */
  dataset: string;
  summary: string;
  /** Of one trained here, which no link can lead to: the link to its training. */
  recipe?: string;
}

const trained = new Map<string, Network>();

export function networks(): Network[] {
  return [...catalog().models, ...trained.values()];
}

/** The network of that id; where there is none, the first. */
export function networkNamed(id: string): Network {
  const all = networks();
  return all.find((network) => network.id === id) ?? (all[0] as Network);
}

/** Adds a network trained here, or takes the place of its former self. */
export function addTrained(network: Network & { recipe: string }): void {
  trained.set(network.id, network);
}
