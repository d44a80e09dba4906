import { chartOf } from './chart.js';
import type { AttackReport, EvaluationReport } from './report.js';
import type { Share } from './statistics.js';
import { escapeHtml, number, percent } from './text.js';

/** The report as one page that needs nothing beside it and runs no script. */
export function reportAsHtml(report: EvaluationReport): string {
  const title = `Robustness of ${escapeHtml(report.model || 'a model')}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p class="about">${about(report)}</p>
${tiles(report)}
${warnings(report)}
<h2>Accuracy under attack</h2>
${chartOf(report)}
${accuracyTable(report)}
<h2>Attacks</h2>
${attackTable(report)}
<h2>Classes</h2>
${classTable(report)}
<h2>What the figures mean</h2>
${notes}
</main>
</body>
</html>
`;
}

function about({ samples, norm, seconds, labelsFromModel, attacks }: EvaluationReport): string {
  const names = attacks.map(({ name }) => escapeHtml(name)).join(', ');
  const labels = labelsFromModel ? ", the model's own predictions taken as right" : '';
  return `${samples} samples${labels}; perturbations measured in ${norm}; attacks: ${names}; ${time(seconds)} of work.`;
}

function tiles(report: EvaluationReport): string {
  const { cleanAccuracy, worstCase, epsilons, lossSensitivity } = report;
  const middle = epsilons.length > 2 ? [epsilons.length >> 1] : [];
  const shown = [...new Set([...middle, epsilons.length - 1])];
  const all = [
    tile('clean accuracy', percent(cleanAccuracy.value), interval(cleanAccuracy)),
    ...shown.map((place) => {
      const share = worstCase.robustAccuracy[place] as Share;
      return tile(`worst case at ${number(epsilons[place])}`, percent(share.value), interval(share));
    }),
    ...(lossSensitivity === null ? [] : [tile('loss sensitivity', number(lossSensitivity), 'mean l2 norm')]),
  ];
  return `<div class="tiles">${all.join('')}</div>`;
}

function tile(name: string, value: string, note: string): string {
  return `<div><span>${name}</span><strong>${value}</strong><small>${note}</small></div>`;
}

function warnings({ warnings }: EvaluationReport): string {
  if (warnings.length === 0) return '';
  const items = warnings.map(({ message }) => `<li>${escapeHtml(message)}</li>`);
  const title = warnings.length === 1 ? 'A warning' : `${warnings.length} warnings`;
  return `<section class="warnings"><h2>${title}</h2><ul>${items.join('')}</ul></section>`;
}

function accuracyTable({ epsilons, attacks, worstCase, cleanAccuracy }: EvaluationReport): string {
  const row = (name: string, shares: readonly Share[], kind = '') =>
    `<tr${kind}><th scope="row">${escapeHtml(name)}</th>${shares.map(shareCell).join('')}</tr>`;
  return table(
    ['epsilon', ...epsilons.map(number)],
    [
      row('no attack', Array(epsilons.length).fill(cleanAccuracy)),
      ...attacks.map(({ name, robustAccuracy }) => row(name, robustAccuracy)),
      row('worst case', worstCase.robustAccuracy, ' class="total"'),
    ],
  );
}

function attackTable({ attacks }: EvaluationReport): string {
  const minima = attacks.some(({ minimumDistance }) => minimumDistance);
  const heads = [
    'attack',
    'queries',
    'gradients',
    'time',
    ...(minima ? ['median', 'mean', 'relative'] : []),
    'options',
  ];
  const cells = ({ minimumDistance, empiricalRobustness, ...attack }: AttackReport) => [
    number(attack.queries),
    number(attack.gradients),
    time(attack.seconds),
    ...(minima ? [number(minimumDistance?.median), number(minimumDistance?.mean), number(empiricalRobustness)] : []),
  ];
  const rows = attacks.map(
    (attack) =>
      `<tr><th scope="row">${escapeHtml(attack.name)}</th>${cells(attack)
        .map((text) => `<td>${text}</td>`)
        .join('')}<td class="options">${optionsInWords(attack.options)}</td></tr>`,
  );
  return table(heads, rows);
}

function optionsInWords({ method: _, ...options }: Record<string, unknown>): string {
  const parts = Object.entries(options).map(([name, value]) =>
    escapeHtml(`${name} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`),
  );
  return parts.join(', ');
}

function classTable({ classes, epsilons }: EvaluationReport): string {
  // Within 0 there is nothing but the sample itself.
  const shown = [...epsilons.keys()].filter((place) => epsilons[place] !== 0);
  const rows = classes.map(
    ({ name, samples, cleanAccuracy, worstCase }) =>
      `<tr><th scope="row">${escapeHtml(name)}</th><td>${samples}</td>` +
      `${[cleanAccuracy, ...shown.map((place) => worstCase[place] as Share)].map(({ value }) => `<td>${percent(value)}</td>`).join('')}</tr>`,
  );
  return table(['class', 'samples', 'no attack', ...shown.map((place) => `worst at ${number(epsilons[place])}`)], rows);
}

function table(heads: readonly string[], rows: readonly string[]): string {
  const head = heads
    .map((text) => `<th scope="col"${text === 'options' ? ' class="options"' : ''}>${text}</th>`)
    .join('');
  // What is wider than the screen scrolls: by keyboard, too.
  return `<div class="wide" tabindex="0" role="region" aria-label="${heads[0]}"><table><thead><tr>${head}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`;
}

function shareCell(share: Share): string {
  return `<td>${percent(share.value)}<small>${interval(share)}</small></td>`;
}

function interval({ lower, upper }: Share): string {
  return `${(lower * 100).toFixed(1)} to ${(upper * 100).toFixed(1)}`;
}

function time(seconds: number): string {
  return seconds < 100 ? `${number(Number(seconds.toPrecision(3)))} s` : `${Math.round(seconds / 60)} min`;
}

const notes = `<dl>
<dt>accuracy under attack</dt><dd>Share of all samples that are right without an attack and for which none within epsilon was found that is not. What an attack broke at a smaller epsilon is broken at larger ones. Small print: 95 % intervals (Wilson 1927).</dd>
<dt>worst case</dt><dd>A sample counts as broken where any of the attacks breaks it.</dd>
<dt>queries, gradients</dt><dd>Evaluations and gradients of the model for each sample attacked, over all epsilons.</dd>
<dt>median, mean</dt><dd>How far away the nearest input found is. The median counts samples for which none was found as infinitely far.</dd>
<dt>relative</dt><dd>Empirical robustness: the mean of that distance over the size of the sample (Moosavi-Dezfooli et al. 2016).</dd>
<dt>loss sensitivity</dt><dd>Mean length of the gradient of the cross-entropy to the inputs (after Arpit et al. 2017).</dd>
</dl>`;

const style = `
:root{color-scheme:light dark;--text:#1d2430;--soft:#5a6474;--page:#fff;--box:#f4f6f9;--line:#d5dae2;--warn:#fff4d6;--warn-line:#b97a00;
--c0:#0067b3;--c1:#c14a00;--c2:#00795a;--c3:#a3397f;--c4:#8a6d00;--c5:#5b4fc4;--c6:#007f94}
@media(prefers-color-scheme:dark){:root{--text:#e8ebf0;--soft:#a3adbc;--page:#14181f;--box:#1e242e;--line:#3a4352;--warn:#332a12;--warn-line:#e0a83a;
--c0:#63b3f2;--c1:#ff9357;--c2:#3fcf9f;--c3:#ee8bc9;--c4:#e3c34b;--c5:#aba3ff;--c6:#4fcbe0}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:16px/1.5 system-ui,sans-serif}
main{max-width:60rem;margin:0 auto;padding:1.25rem 1rem 3rem}
h1{font-size:1.6rem;line-height:1.2;margin:.5rem 0;overflow-wrap:anywhere}
h2{font-size:1.15rem;margin:2rem 0 .5rem}
.about{color:var(--soft);margin:0 0 1rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.75rem}
.tiles div{background:var(--box);border-radius:.5rem;padding:.7rem .9rem}
.tiles span,.tiles small{display:block;color:var(--soft);font-size:.85rem}
.tiles strong{display:block;font-size:1.5rem;line-height:1.3;font-variant-numeric:tabular-nums}
.warnings{background:var(--warn);border-left:4px solid var(--warn-line);border-radius:.25rem;padding:.6rem 1rem;margin:1.25rem 0}
.warnings h2{margin:0}.warnings ul{margin:.25rem 0;padding-left:1.1rem}
figure{margin:0;max-width:46rem}
.chart{display:block;width:100%;height:auto}
svg text{fill:var(--text);font-size:13px}
svg .tick{fill:var(--soft)}
.grid{stroke:var(--line);stroke-width:1}
polyline{fill:none;stroke:currentColor;stroke-width:2.5;stroke-linejoin:round}
circle{fill:currentColor}
.band{fill:currentColor;opacity:.13}.many .band{opacity:.06}
.c0{color:var(--c0)}.c1{color:var(--c1)}.c2{color:var(--c2)}.c3{color:var(--c3)}.c4{color:var(--c4)}.c5{color:var(--c5)}.c6{color:var(--c6)}
.dashed polyline{stroke-dasharray:7 4}
.worst{color:var(--text)}.worst polyline{stroke-width:5;stroke-dasharray:.1 9;stroke-linecap:round}.worst circle{r:3}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1.1rem;margin:.5rem 0 0;padding:0}
.legend li{display:flex;align-items:center;gap:.4rem}
figcaption{color:var(--soft);font-size:.875rem;margin:.4rem 0 1rem}
.wide{overflow-x:auto;margin:.5rem 0 0;border:1px solid var(--line);border-radius:.5rem}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:.4rem .75rem;text-align:right;white-space:nowrap;border-top:1px solid var(--line)}
thead th{border-top:0;color:var(--soft);font-weight:600;font-size:.875rem}
th:first-child{text-align:left;position:sticky;left:0;background:var(--page)}
td small{display:block;color:var(--soft);font-size:.75rem}
.total th,.total td{font-weight:700}.total small{font-weight:400}
th.options,td.options{text-align:left;color:var(--soft);white-space:normal;min-width:22rem}
dt{font-weight:600;margin-top:.6rem}dd{margin:0;color:var(--soft)}
@media(max-width:600px){th,td{padding:.35rem .5rem}svg text{font-size:22px}circle{r:6}polyline{stroke-width:4}.legend circle{r:4}.legend polyline{stroke-width:2.5}}
`;
