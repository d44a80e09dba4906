// The files that are published.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { useSite } from './site.js';

const visit = useSite();
const folder = path.resolve(import.meta.dirname, '../../demo/dist');

it.each([
  ['at first', () => namesIn('index.html'), 30_000],
  ['to train', () => namesOf('training_screen'), 12_000],
] as const)('keeps within its budget without the package, for what is fetched %s', async (_, parts, budget) => {
  const names = (await parts()).filter((name) => !name.startsWith('mlsec-'));
  // A script and styles at least; what screens share may be files of its own.
  expect(names.length).toBeGreaterThanOrEqual(2);
  const sizes = await Promise.all(names.map(async (name) => zipped(await readFile(`${folder}/assets/${name}`))));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  console.log(`Script and styles: ${total} bytes gzipped.`);
  expect(total).toBeLessThanOrEqual(budget);
});

/** Scripts and styles that a page names. */
async function namesIn(page: string): Promise<string[]> {
  const text = await readFile(`${folder}/${page}`, 'utf8');
  return [...text.matchAll(/assets\/([^"]+\.(?:js|css))"/g)].map(([, name]) => name as string);
}

async function namesOf(part: string): Promise<string[]> {
  return (await readdir(`${folder}/assets`)).filter((name) => name.startsWith(`${part}-`) && /\.(js|css)$/.test(name));
}

function zipped(content: Buffer): number {
  return gzipSync(content, { level: 9 }).length;
}

it('shows its first result after 600 KB, of which the network and the samples are 220', async () => {
  const visitor = await visit('', {
    serviceWorkers: 'allow',
    before: (page) =>
      page.addInitScript(() => {
        const watch = () => {
          if (document.querySelector('.adversarial .reading b')?.textContent !== '9') requestAnimationFrame(watch);
          else Object.assign(window, { fetched: performance.getEntriesByType('resource').map(({ name }) => name) });
        };
        watch();
      }),
  });
  const addresses = () => visitor.page.evaluate(() => (window as { fetched?: string[] }).fetched);
  await expect.poll(addresses).toBeDefined();
  const fetched = (await addresses())?.map((address) => new URL(address).pathname.replace('/somewhere/', '')) ?? [];
  expect(fetched.filter((name) => /\.(wasm|onnx|bin)$/.test(name))).toHaveLength(3);
  let [all, models] = [0, 0];
  for (const name of new Set(['index.html', ...fetched])) {
    const content = await readFile(path.join(folder, name));
    // What hosts do not zip counts as it is.
    const size = /\.(js|css|html|svg|wasm)$/.test(name) ? zipped(content) : content.length;
    all += size;
    if (/\.(onnx|bin)$/.test(name)) models += size;
  }
  console.log(`Before the first result: ${all} bytes, of them ${models} of network and samples.`);
  expect(models).toBeLessThanOrEqual(220_000);
  expect(all).toBeLessThanOrEqual(600_000);
});

it('fetches each file once, the core early', async () => {
  const requests: string[] = [];
  const visitor = await visit('', {
    serviceWorkers: 'allow',
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
  // Lessons are about attacks, and a patch may be square.
  const own = /^(index|(?!learn|patch)\w+_screen)-.*\.js$/;
  const names = (await readdir(`${folder}/assets`)).filter((name) => own.test(name));
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
