// The files that are published.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { useSite } from './site.js';

const visit = useSite();
const folder = path.resolve(import.meta.dirname, '../../demo/dist');

it.each([
  ['at first', 'index', 27_000],
  ['to train', 'training_screen', 12_000],
])('keeps within its budget without the package, for what is fetched %s', async (_, part, budget) => {
  const files = await readdir(`${folder}/assets`);
  const names = files.filter((name) => name.startsWith(`${part}-`) && /\.(js|css)$/.test(name));
  expect(names).toHaveLength(2);
  const sizes = await Promise.all(
    names.map(async (name) => gzipSync(await readFile(`${folder}/assets/${name}`)).length),
  );
  const total = sizes.reduce((sum, size) => sum + size, 0);
  console.log(`Script and styles: ${total} bytes gzipped.`);
  expect(total).toBeLessThanOrEqual(budget);
});

it('fetches each file once, the core early', async () => {
  const requests: string[] = [];
  const visitor = await visit('', {
    before: async (page) => page.on('request', (request) => requests.push(path.basename(request.url()))),
  });
  await visitor.settled();
  const core = requests.findIndex((name) => name.endsWith('.wasm'));
  expect(core).toBeGreaterThan(0);
  expect(core).toBeLessThan(requests.findIndex((name) => name.endsWith('.onnx')));
  const files = requests.filter((name) => /\.(wasm|onnx|bin|js|css)$/.test(name));
  expect(files.filter((name, index) => files.indexOf(name) !== index)).toEqual([]);
  expect(visitor.complaints).toEqual([]);
});

it('names no attack in its own code', async () => {
  const { catalog } = await import('mlsec/catalog');
  const names = (await readdir(`${folder}/assets`)).filter((name) => /^(index|\w+_screen)-.*\.js$/.test(name));
  const scripts = await Promise.all(names.map((name) => readFile(`${folder}/assets/${name}`, 'utf8')));
  const script = scripts.join('');
  for (const { id, name } of catalog().attacks) {
    expect(script).not.toMatch(new RegExp(`['"\`]${id}['"\`]`));
    expect(script).not.toContain(name);
  }
});

it('runs nothing but its own files', async () => {
  const html = await readFile(`${folder}/index.html`, 'utf8');
  const visitor = await visit();
  await visitor.settled();
  const policy = await visitor.page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
  expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'");
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('unsafe-inline');
  expect(html).not.toMatch(/https?:/);
  expect(html).not.toMatch(/<style|style=|<script(?![^>]*src)/);
  // The policy is in force: what it forbids does not happen.
  const evaluated = await visitor.page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.intruder = true';
    document.head.append(script);
    return 'intruder' in window;
  });
  expect(evaluated).toBe(false);
});
