/**
 * Our attacks beside those of Foolbox, torchattacks, ART, adversarial-library and AutoAttack's authors, on the same
 * networks, samples and budgets.
 *     npm run bench -- attacks [--kept] [ID ...]     the comparisons named, or all; `autoattack` is one
 * What the others found is stored (bench/attacks/others.json, autoattack.json) and made again by the Python programs in
 * bench/attacks/, whose packages are pinned in requirements.txt. Ours is run anew, but with --kept only where
 * build/attacks/ours.json has not yet what it found for each sample. Writes bench/results/attacks.*
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { compareAutoAttack } from './attacks/autoattack.mjs';
import { closeOurs, comparisons, runOurs } from './attacks/ours.mjs';
import { compare, report } from './attacks/verdicts.mjs';
import { writeResults } from './comparing.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const stored = async (name, otherwise) => JSON.parse(await readFile(here(name), 'utf8').catch(() => otherwise));
const kept = process.argv.includes('--kept');
const wanted = process.argv.slice(2).filter((parameter) => !parameter.startsWith('--'));
const isWanted = (id) => wanted.length === 0 || wanted.includes(id);

const { versions, runs } = await stored('attacks/others.json');
const results = await stored('results/attacks.json', '{"rows":{}}');
const found = await stored('../build/attacks/ours.json', '{}');
await mkdir(here('../build/attacks'), { recursive: true });

for (const comparison of await comparisons()) {
  const { id } = comparison;
  if (!isWanted(id) || !runs[id]) continue;
  const same = JSON.stringify(comparison);
  if (!kept || found[id]?.comparison !== same) {
    found[id] = { comparison: same, ...(await runOurs(comparison)) };
    await writeFile(here('../build/attacks/ours.json'), JSON.stringify(found));
  }
  results.rows[id] = compare(comparison, found[id], runs[id]);
  const { ours, others, best, interval, verdict } = results.rows[id];
  const figure = ({ median, success }) => median ?? success;
  console.error(`${id}: ${figure(ours)}; ${best} ${figure(others[best])}; ${verdict} (${interval.join(', ')})`);
}
const authors = await stored('attacks/autoattack.json', 'null');
if (authors && isWanted('autoattack')) results.autoattack = await compareAutoAttack(authors);
await closeOurs();

const order = (await comparisons()).map(({ id }) => id).filter((id) => results.rows[id]);
results.rows = Object.fromEntries(order.map((id) => [id, results.rows[id]]));
results.versions = versions;
await writeResults('attacks', { json: `${JSON.stringify(results, null, 1)}\n`, md: report(results) });
