import type { AttackDescription, ModelInfo } from 'mlsec';
import { catalog } from 'mlsec/catalog';

/** What attacks get to see of a model, from most to least. */
export const sights: readonly AttackDescription['traits']['needs'][] = ['gradients', 'scores', 'labels'];

/** The attacks that work on one image at a time and need nothing that the model lacks. */
export function attacksFor(info: ModelInfo | undefined): AttackDescription[] {
  return catalog().attacks.filter(({ traits }) => {
    if (traits.acts !== 'sample' || !traits.inputs.includes(info?.input.kind ?? 'image')) return false;
    if (!info) return true;
    return traits.needs === 'labels' || info.capabilities[traits.needs === 'scores' ? 'scores' : 'gradient'];
  });
}

export function attackNamed(id: string): AttackDescription | undefined {
  return catalog().attacks.find((attack) => attack.id === id);
}

/** Where a paper can be read; undefined where its reference is no address. */
export function paperAddress(reference: string): string | undefined {
  const [, scheme, id] = /^(arXiv|doi):(\S+)$/i.exec(reference) ?? [];
  if (!scheme) return undefined;
  return scheme.toLowerCase() === 'doi' ? `https://doi.org/${id}` : `https://arxiv.org/abs/${id}`;
}
