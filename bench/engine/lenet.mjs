/** LeNet: conv 5x5x32, pool, conv 5x5x64, pool, dense 128, dense 10 on 28x28. */
import { flavours, openMlsec } from './mlsec.mjs';
import { makeLenet } from './networks.mjs';

/** @type {ReturnType<typeof makeLenet> | undefined} */
let making;

/**
 * Opens it in both builds while something works with them, and hands over what others are made from, too.
 * @template T
 * @param {(ours: Awaited<ReturnType<typeof openMlsec>>[], lenet: Awaited<ReturnType<typeof makeLenet>>) => Promise<T>} use
 */
export async function withLenet(use) {
  making ??= makeLenet();
  const lenet = await making;
  const ours = [];
  for (const flavour of flavours) ours.push(await openMlsec(lenet.file, flavour));
  try {
    return await use(ours, lenet);
  } finally {
    for (const model of ours) model.close();
  }
}
