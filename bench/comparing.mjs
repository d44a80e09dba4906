/** What all comparisons share: interleaved repetitions, and their report. */
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensurePackages } from '../tools/packages.mjs';

const results = fileURLToPath(new URL('results', import.meta.url));

/** Installs what we compare with: it is no part of the project's own packages. @param {(line: string) => void} log */
export const ensureRivals = (log) =>
  ensurePackages(log, { folder: fileURLToPath(new URL('.', import.meta.url)), size: '450 MB' });

/**
 * Repeats each contestant in turn, so that what disturbs the machine disturbs all.
 * @param {{name: string, repeat: () => Promise<number>}[]} contestants `repeat` resolves with a figure, larger is better
 * @param {{repetitions: number, seconds: number}} limits a contestant is left out of further rounds when it has used
 *   `seconds`
 * @returns {Promise<{name: string, best: number, median: number, repetitions: number}[]>}
 */
export async function interleave(contestants, { repetitions, seconds }) {
  const entries = contestants.map(({ name, repeat }) => ({ name, repeat, figures: [], used: 0 }));
  for (let round = 0; round < repetitions; round++) {
    for (const entry of entries) {
      if (entry.used > seconds) continue;
      const begin = performance.now();
      entry.figures.push(await entry.repeat());
      entry.used += (performance.now() - begin) / 1000;
    }
  }
  return entries.map(({ name, figures }) => ({
    name,
    best: Math.max(...figures),
    median: medianOf(figures),
    repetitions: figures.length,
  }));
}

function medianOf(figures) {
  const sorted = [...figures].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

/** The machine. */
export function machine() {
  return { processor: cpus()[0].model, cores: cpus().length, node: process.versions.node };
}

/** @param {ReturnType<typeof machine>} machine */
export const nameOf = ({ processor, cores, node }) => `${processor}, ${cores} cores, Node ${node}`;

/**
 * The share of the machine that others take: what is not idle in a second in which this program does nothing. Figures
 * from a busy machine say little, and shall say so.
 */
export async function busyShare() {
  const begin = used();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const end = used();
  return 1 - (end.idle - begin.idle) / (end.total - begin.total);
}

/** Milliseconds since the machine started, over all cores. */
function used() {
  const times = cpus().map((core) => core.times);
  const idle = times.reduce((sum, core) => sum + core.idle, 0);
  return { idle, total: times.reduce((sum, { user, nice, sys, irq }) => sum + user + nice + sys + irq, idle) };
}

/**
 * A table in Markdown; numbers with three digits that mean something.
 * @param {string[]} columns
 * @param {Record<string, unknown>[]} rows
 */
export function table(columns, rows) {
  const text = (value) => (typeof value === 'number' ? rounded(value) : (value ?? ''));
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [
    line(columns),
    line(columns.map(() => '---')),
    ...rows.map((row) => line(columns.map((column) => text(row[column])))),
  ].join('\n');
}

function rounded(value) {
  if (value >= 1000) return Number(value.toPrecision(3)).toLocaleString('en');
  return Number.isInteger(value) ? String(value) : value.toPrecision(3);
}

/** @param {string[]} columns @param {Record<string, unknown>[]} rows */
export function csv(columns, rows) {
  const text = (value) => (/[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : (value ?? ''));
  return [columns, ...rows.map((row) => columns.map((column) => row[column]))]
    .map((cells) => `${cells.map(text).join(',')}\n`)
    .join('');
}

/** Writes bench/results/NAME.ENDING for each ending. @param {string} name @param {Record<string, string>} files */
export async function writeResults(name, files) {
  await mkdir(results, { recursive: true });
  for (const [ending, content] of Object.entries(files)) await writeFile(join(results, `${name}.${ending}`), content);
}
