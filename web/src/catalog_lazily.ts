import type { Catalog } from './catalog.js';

/**
 * The catalogue of attacks, layers, models and their options, generated from the core's own declarations. It is fetched
 * when first asked for; `import { catalog } from 'mlsec/catalog'` has it at once.
 */
export async function catalog(): Promise<Catalog> {
  return (await import('./catalog.js')).catalog();
}
