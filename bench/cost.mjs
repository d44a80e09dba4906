/**
 * What attacks cost: queries, gradients and milliseconds an image, the bytes each adds to the WebAssembly, and three
 * comparisons with what is wanted.
 *     npm run bench -- cost [--quick] [--only PART[,PART…]]
 * Parts: attacks-mlp, attacks-cnn, bytes, jsma, carlini-wagner, autoattack. Writes bench/results/cost.*, where the parts not measured stay as
 * they were; not with --quick, which tries all of it out. Times are of the processor, over all threads of the process, so
 * that they mean something on a shared machine, too; wall times stand in cost.json.
 */
import { readFile } from 'node:fs/promises';
import { busyShare, ensureRivals, machine, nameOf, table, writeResults } from './comparing.mjs';

const options = process.argv.slice(2);
const quick = options.includes('--quick');
const log = (line) => console.error(line);

await ensureRivals(log);
const { close, configure } = await import('../dist/index.js');
// Named, so that an engine without relaxed SIMD fails instead of measuring the other build.
configure({ workers: 1, flavour: 'relaxed' });

const models = ['mnist-mlp', 'mnist-cnn'];
const parts = {
  'attacks-mlp': async (how) => (await import('./cost/attacks.mjs')).attacksOn(models[0], how),
  'attacks-cnn': async (how) => (await import('./cost/attacks.mjs')).attacksOn(models[1], how),
  bytes: async (how) => (await import('./cost/bytes.mjs')).bytesOfAttacks(how),
  jsma: async (how) => (await import('./cost/jsma.mjs')).jsmaOnMlp(how),
  async 'carlini-wagner'(how) {
    const { carliniWagnerOn } = await import('./cost/carlini_wagner.mjs');
    const rows = [];
    for (const model of models) rows.push(await carliniWagnerOn(model, how));
    return rows;
  },
  autoattack: async (how) => (await import('./cost/auto_attack.mjs')).autoAttackOnLenet(how),
};

const only = options.includes('--only') ? (options[options.indexOf('--only') + 1] ?? '').split(',') : [];
for (const part of only) {
  if (Object.hasOwn(parts, part)) continue;
  console.error(`There is no part '${part}'. What can be measured: ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}

const file = new URL('results/cost.json', import.meta.url);
/** Read anew each time: another run may measure other parts meanwhile. */
const known = async () => (quick ? {} : JSON.parse(await readFile(file, 'utf8').catch(() => '{}')));
const measured = {};
for (const [name, measure] of Object.entries(parts)) {
  if (only.length > 0 && !only.includes(name)) continue;
  const before = await busyShare();
  const figures = await measure({ quick, log });
  const busy = Math.max(before, await busyShare());
  measured[name] = { machine: machine(), busy, figures };
  if (quick) continue;
  const all = { ...(await known()), ...measured };
  await writeResults('cost', { md: reportOf(all), json: `${JSON.stringify(all, null, 2)}\n` });
}
console.log(reportOf({ ...(await known()), ...measured }));
await close();

function reportOf({ bytes, jsma, 'carlini-wagner': carliniWagner, autoattack, ...others }) {
  const attacks = ['attacks-mlp', 'attacks-cnn']
    .map((part, index) => ({ model: models[index], ...others[part] }))
    .filter(({ figures }) => figures);
  const sections = [
    `# What attacks cost

\`npm run bench -- cost\`: default options, the \`relaxed\` build, one worker. Milliseconds are of the processor, all threads
of the process together, the smallest of several repetitions where one is not long; wall times are in \`cost.json\`. "Busy" is the share of the
machine that other programs took before and after a part was measured: where that is much, caches and the two threads
of a core are shared, and times are up to twice those of a quiet machine.`,
  ];
  if (jsma || carliniWagner || autoattack) {
    sections.push(
      '## What is wanted',
      table(['what', 'wanted', 'found', 'by wall time', 'reached', 'busy'], wantedRows()),
    );
  }
  if (jsma) {
    sections.push(`JSMA: ${jsma.figures[0].images} images of MNIST, pairs of features, theta 1, gamma 0.1.`);
  }
  if (carliniWagner) {
    const { searchSteps, steps, images } = carliniWagner.figures[0];
    sections.push(`C&W: the attack of Carlini and Wagner in l2, ${searchSteps} weights of ${steps} steps, ${images} images in one batch, without
early aborting, beside the same loop written in operations of TensorFlow.js (one thread, wasm), in one run. The distances
found were compared first: ${carliniWagner.figures.map((row) => `on ${row.model} ours are ${row.meanRatio.toFixed(4)} of theirs in the geometric mean, and ${row.sameDistances} of ${row.images} the same within a thousandth`).join('; ')}.
(Where a pool has a choice between equals, rounding decides, and the two go different ways.)`);
  }
  if (autoattack) {
    const { images, withstood, epsilon, queries, gradients } = autoattack.figures;
    sections.push(`AutoAttack: standard, linf, on a LeNet of 454,922 parameters (conv 5x5x32, pool, conv 5x5x64, pool, dense 128, dense 10).
Measured on ${images} images, ${withstood} of which withstand epsilon ${epsilon}; each of those took up to ${queries.toLocaleString('en')} queries, ${gradients.toLocaleString('en')} of them
with a gradient, and how many withstand is all that time depends on. The time is that of 1,000 images that all withstand.`);
  }
  if (attacks.length > 0) {
    sections.push('## Attacks', attackTable());
    sections.push(`Images are the first of the test set. Queries and gradients are means over all images; those that the network gets
wrong cost nothing. \`autoattack\` and others with a budget end at the first success, and at their default budgets these
networks are not robust. Busy: ${attacks.map(({ busy }) => share(busy)).join(' and ')}.`);
  }
  if (bytes) {
    const { core, pack, inCore, attacks: each, files, linkedWithout } = bytes.figures;
    const number = (value) => value.toLocaleString('en');
    const ofCore = inCore.reduce((sum, name) => sum + each[name], 0);
    sections.push(`"Bytes" are what is an attack's alone in the WebAssembly of all attacks, of ${number(pack.bytes)} bytes (${number(pack.gzipped)} gzipped, so a byte
is ${(pack.gzipped / pack.bytes).toPrecision(2)} gzipped): the functions that have its type in their name or that nothing but its own file defines, and its
tables of options. The core that every page loads, of ${number(core.bytes)} bytes (${number(core.gzipped)} gzipped), has ${inCore.length} of them, which are ${number(ofCore)} bytes of it. What
attacks share counts for none: neither the driver and norms, nor what \`autoattack\` needs of \`apgd\`, \`fab\` and \`square\`.
What attacks of one file share is:`);
    sections.push(
      Object.entries(files)
        .map(([names, shared]) => `- ${number(shared)} bytes of ${names}`)
        .join('\n'),
    );
    sections.push('As a check, all that was linked again without some attacks, all optimisation of the link included:');
    sections.push(
      table(
        ['without', 'smaller by', 'gzipped', 'bytes as above'],
        Object.entries(linkedWithout).map(([name, { bytes: less, gzipped }]) => ({
          without: `\`${name}\``,
          'smaller by': number(less),
          gzipped: number(gzipped),
          'bytes as above': number(each[name]),
        })),
      ),
    );
  }
  for (const part of [...attacks, jsma, carliniWagner, autoattack]) {
    if (!part) continue;
    sections.push(`${nameOf(part.machine)}.`);
    break;
  }
  return `${sections.join('\n\n')}\n`;

  function wantedRows() {
    const rows = [];
    for (const row of jsma?.figures ?? []) {
      rows.push({
        what: `JSMA on mnist-mlp, ${row.goal}`,
        wanted: 'under 20 ms an image',
        found: `${row.milliseconds.toPrecision(3)} ms`,
        'by wall time': `${row.wallMilliseconds.toPrecision(3)} ms`,
        reached: yes(row.milliseconds < 20),
        busy: share(jsma.busy),
      });
    }
    for (const row of carliniWagner?.figures ?? []) {
      rows.push({
        what: `C&W on ${row.model}, against TensorFlow.js`,
        wanted: 'at least 8 times as fast',
        found: `${row.ratio.toPrecision(3)} (${row.ours.processor.toPrecision(3)} ms and ${row.theirs.processor.toPrecision(3)} ms)`,
        'by wall time': row.wallRatio.toPrecision(3),
        reached: yes(row.ratio >= 8),
        busy: share(carliniWagner.busy),
      });
    }
    if (autoattack) {
      const { minutesOfThousand, wallMinutesOfThousand } = autoattack.figures;
      rows.push({
        what: 'AutoAttack, LeNet, 1,000 images, two cores',
        wanted: 'at most 25 minutes',
        found: `${minutesOfThousand.toPrecision(3)} minutes`,
        'by wall time': `${wallMinutesOfThousand.toPrecision(3)} minutes`,
        reached: yes(minutesOfThousand <= 25),
        busy: share(autoattack.busy),
      });
    }
    return rows;
  }

  function attackTable() {
    // Columns of the second model have the same names; a space tells them apart.
    const columns = attacks.map(({ model }, index) => [
      `${model}: queries`,
      `gradients${' '.repeat(index)}`,
      `ms${' '.repeat(index)}`,
    ]);
    return table(
      ['attack', 'images', ...columns.flat(), ...(bytes ? ['bytes'] : [])],
      attacks[0].figures.map(({ method, images }) => {
        const row = { attack: `\`${method}\``, images, bytes: bytes?.figures.attacks[method] };
        for (const [index, { figures }] of attacks.entries()) {
          const found = figures.find((each) => each.method === method);
          const [queries, gradients, milliseconds] = columns[index];
          row[queries] = found?.queries;
          row[gradients] = found?.gradients;
          row[milliseconds] = found?.milliseconds;
        }
        return row;
      }),
    );
  }
}

function share(busy) {
  return `${Math.round(100 * busy)} %`;
}

function yes(reached) {
  return reached ? 'yes' : 'no';
}
