/**
 * Figures that papers published, measured on networks of the same architectures that are trained here.
 *     npm run bench -- published [--only PART[,PART…]]
 * Parts: deepfool, carlini-wagner, madry, szegedy. Networks are trained when first needed (together about an hour of one
 * core, and another of two cores for the one that is trained against attacks) and kept in the cache folder. All in the
 * `simd` build, so the figures are the same on every machine. Writes bench/results/published.*, where the parts not
 * measured stay as they were.
 */
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { table, writeResults } from './comparing.mjs';

const { close, configure } = await import('../dist/index.js');
const options = process.argv.slice(2);
const log = (line) => console.error(line);
const parts = {
  deepfool: async () => (await import('./published/deepfool.mjs')).deepfool(log),
  'carlini-wagner': async () => (await import('./published/carlini_wagner.mjs')).carliniWagner(log),
  madry: async () => (await import('./published/madry.mjs')).madry(log),
  szegedy: async () => (await import('./published/szegedy.mjs')).szegedy(log),
};

const only = options.includes('--only')
  ? (options[options.indexOf('--only') + 1] ?? '').split(',')
  : Object.keys(parts);
for (const part of only) {
  if (Object.hasOwn(parts, part)) continue;
  console.error(`There is no part '${part}'. What can be measured: ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}
// In training, too; however many workers there are, the figures are the same.
configure({ deterministic: true, workers: availableParallelism() });
const file = new URL('results/published.json', import.meta.url);
for (const part of only) {
  const figures = await parts[part]();
  // Read anew each time: another run may measure other parts meanwhile.
  const all = { ...JSON.parse(await readFile(file, 'utf8').catch(() => '{}')), [part]: figures };
  await writeResults('published', { md: reportOf(all), json: `${JSON.stringify(all, null, 2)}\n` });
  console.log(reportOf(all));
}
await close();

function reportOf({ deepfool, 'carlini-wagner': carliniWagner, madry, szegedy }) {
  const sections = [
    '# Published figures, measured again',
    '`npm run bench -- published`. What they mean is in `docs/published_figures.md`.',
  ];
  const add = (title, ...content) => sections.push(`## ${title}`, ...content);
  if (deepfool) {
    const rows = deepfool.flatMap(({ network, images, lbfgsImages, epsilon, error, paper, ...found }) =>
      ['l2', 'linf'].flatMap((norm) =>
        Object.entries(found[norm]).map(([attack, { rho, success }]) => ({
          network,
          'test error': `${percent(error)} (${percent(paper.error)})`,
          attack: attack === 'fgsm' ? `fgsm, epsilon ${epsilon}` : attack,
          norm,
          paper: paper[norm][attack],
          ours: rho,
          success: percent(success),
          images: attack === 'lbfgs' ? lbfgsImages : images,
        })),
      ),
    );
    add("DeepFool: rho, the mean of a perturbation's size over the image's", tableOf(rows));
  }
  if (carliniWagner) {
    const { error, paperError, rows } = carliniWagner;
    add(
      `Carlini and Wagner: mean distances; test error ${percent(error)} (${percent(paperError)})`,
      tableOf(
        rows.flatMap(({ norm, images, options, paper, found, success }) =>
          Object.entries(found).map(([name, { mean, standardError }]) => ({
            norm,
            case: name,
            paper: paper[name],
            ours: mean,
            '±': standardError,
            success: percent(success),
            'images x targets': `${images} x 9`,
            options: JSON.stringify(options).replaceAll('"', ''),
          })),
        ),
      ),
    );
  }
  for (const { network, trained, error, paperError, rows } of madry ?? []) {
    add(
      `Madry's network, ${trained === 'clean' ? 'clean' : 'adversarially trained'}: ${network}; test error ${percent(error)} (${percent(paperError)})`,
      tableOf(
        rows.map(({ name, images, norm, paper, distance, success }) => ({
          attack: name,
          'distance in': norm,
          'theirs: distance': paper.distance,
          'success ': percent(paper.success),
          'ours: distance': distance,
          success: percent(success),
          images,
        })),
      ),
    );
  }
  if (szegedy) {
    const { names, paper, error, distortion, deceived, noise, images } = szegedy;
    add(
      `L-BFGS: distortion, and the errors of each network on what was made for another; ${images} images`,
      tableOf(
        names.map((network, row) => ({
          network,
          'test error': `${percent(error[row])} (${percent(paper.error[row])})`,
          'distortion: paper': paper.distortion[row],
          ours: distortion[row].mean,
          success: percent(distortion[row].success),
        })),
      ),
      tableOf([
        ...names.map((network, row) => ({ 'made for': network, ...errors(deceived[row], paper.deceived[row]) })),
        ...Object.keys(noise).map((deviation) => ({
          'made for': `nobody: noise of ${deviation}`,
          ...errors(noise[deviation], paper.noise[deviation]),
        })),
      ]),
      "Errors of the network at the top of the column; in brackets the paper's.",
    );

    function errors(ours, theirs) {
      return Object.fromEntries(
        names.map((name, column) => [name, `${percent(ours[column])} (${percent(theirs[column])})`]),
      );
    }
  }
  return `${sections.join('\n\n')}\n`;
}

function tableOf(rows) {
  return table(Object.keys(rows[0]), rows);
}

function percent(value) {
  return `${(100 * value).toFixed(value > 0 && value < 0.1 ? 2 : 1)} %`;
}
