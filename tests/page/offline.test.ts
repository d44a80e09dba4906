// After one visit the page works without a network; a new version arrives all the same; and nothing comes of failures.
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { screens } from '../../demo/src/screens.js';
import { openBrowser } from '../package/browser.js';
import { type Host, published, serve, Visit } from './site.js';

// Every screen is opened and works; on a busy machine, all of it takes its time.
vi.setConfig({ testTimeout: 240_000 });

const root = path.resolve(import.meta.dirname, '../..');
const promise = 'It works without a network';

let browser: Browser;
let host: Host;
let context: BrowserContext;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());
beforeEach(async () => {
  host = await serve();
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
});
afterEach(async () => {
  await context.close();
  host.close();
});

async function visit(link = ''): Promise<Visit> {
  const visitor = new Visit(await context.newPage(), host.address);
  await visitor.page.goto(host.address + link);
  return visitor;
}

/** Waits until the page says that it works without a network. */
function kept(page: Page): Promise<void> {
  return page.locator('footer').getByText(promise).waitFor();
}

/** No network at all. */
async function cutOff(): Promise<void> {
  host.close();
  await context.setOffline(true);
}

/** A first visit, which ends when everything is kept. */
async function firstVisit(): Promise<void> {
  const visitor = await visit();
  expect((await visitor.look()).after).toBe('9');
  await kept(visitor.page);
  expect(visitor.complaints).toEqual([]);
  await visitor.page.close();
}

/** What shows that a screen works: that something was computed. */
const results: Record<string, (visitor: Visit) => Promise<unknown>> = {
  attack: async (visitor) => expect((await visitor.look()).verdict).toMatch(/^The network now sees/),
  compare: async ({ page }) => {
    await expect.poll(() => page.locator('.stage').first().getAttribute('aria-busy')).toBe('false');
    await page.locator('.cell').first().waitFor();
    await page.getByRole('button', { name: 'Measure' }).click();
    await page.locator('.curves .plot path').first().waitFor();
  },
  landscape: ({ page }) => expect.poll(() => page.locator('.epoch b').textContent()).toMatch(/^Epoch [1-9]/),
  patch: async (visitor) => {
    await visitor.settled(120_000);
    expect(await visitor.page.locator('.verdict').textContent()).toMatch(/^With the patch/);
  },
  train: async ({ page }) => {
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await expect
      .poll(async () => Number.parseInt((await page.locator('.figures dd').first().textContent()) ?? '', 10))
      .toBeGreaterThan(0);
  },
  learn: async ({ page }) => {
    const verdict = page.locator('mlsec-playground').first().locator('.verdict');
    await expect.poll(() => verdict.textContent()).toMatch(/The network/);
  },
};

it('opens every screen without a network after one visit, and each works', async () => {
  await firstVisit();
  await cutOff();
  for (const { id, title } of screens) {
    const visitor = await visit(id === 'attack' ? '' : `#v=1&screen=${id}`);
    await expect.poll(() => visitor.page.locator('h1').textContent()).toBe(title);
    await visitor.page.locator('.stage').first().waitFor();
    expect(Object.keys(results)).toContain(id);
    await results[id]?.(visitor);
    await kept(visitor.page);
    // Where a screen has no use for the core at once, the browser notes that it was there early.
    expect(
      visitor.complaints.filter((each) => !/was preloaded/.test(each)),
      id,
    ).toEqual([]);
    await visitor.page.close();
  }
});

it('has every network, all samples, all attacks and the readers of files without a network', async () => {
  await firstVisit();
  await cutOff();
  const { catalog } = await import('mlsec/catalog');
  for (const { id } of catalog().models) {
    const visitor = await visit(`#v=1&model=${id}&sample=900&attack=boundary&o.steps=20`);
    expect((await visitor.look()).verdict, id).toMatch(/^The network|^Nothing to do/);
    expect(visitor.complaints, id).toEqual([]);
    await visitor.page.close();
  }
  const { page } = await visit('examples.html');
  for (const part of ['plain', 'react', 'vue', 'svelte']) {
    const verdict = page.locator(`#${part} mlsec-playground .verdict`).first();
    await verdict.scrollIntoViewIfNeeded();
    await expect.poll(() => verdict.textContent()).toMatch(/The network/);
  }
});

it('keeps all files of the page but those that it never uses, and begins after the first result', async () => {
  const visitor = await visit();
  const result = visitor.look().then(() => host.requests.length);
  await kept(visitor.page);
  const worker = host.requests.indexOf('service_worker.js');
  // Until then, the page has asked for each file once; all that is fetched to be kept comes later.
  expect(worker).toBeGreaterThanOrEqual(1);
  const before = host.requests.slice(0, worker).filter((name) => name !== 'favicon.svg');
  expect(before.filter((name, index) => before.indexOf(name) !== index)).toEqual([]);
  expect(before.filter((name) => /(training|attacks|files)-.*wasm/.test(name))).toEqual([]);
  await result;
  const names = await visitor.page.evaluate(async () => {
    const [name = ''] = await caches.keys();
    return (await (await caches.open(name)).keys()).map(({ url }) => url);
  });
  const files = names.map((name) => name.replace(host.address, ''));
  for (const name of ['', 'examples.html', 'favicon.svg']) expect(files).toContain(name);
  for (const part of ['core-simd', 'attacks-simd', 'training-simd', 'files'])
    expect(
      files.some((name) => new RegExp(`/${part}-[^/]*\\.wasm$`).test(name)),
      part,
    ).toBe(true);
  expect(files.filter((name) => /relaxed/.test(name))).toEqual([]);
});

it('shows a new version with the next visit, and then keeps that one', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'changed-demo-'));
  try {
    const { NODE_ENV: _, ...env } = process.env;
    const options = [
      '--config',
      'tests/page/changed_demo.config.ts',
      '--outDir',
      folder,
      '--emptyOutDir',
      '--logLevel',
      'error',
    ];
    // In a process of its own: this one is not in production mode.
    execFileSync(process.execPath, ['node_modules/vite/bin/vite.js', 'build', 'demo', ...options], { cwd: root, env });
    const visitor = await visit();
    const { page } = visitor;
    const sentence = () => page.locator('footer').textContent();
    await kept(page);
    expect(await sentence()).toContain('Everything runs in this page');
    const keptBefore = await page.evaluate(() => caches.keys());
    host.place = (name) => path.join(folder, name);
    host.requests.length = 0;
    await page.reload();
    await expect.poll(sentence).toContain('All of it runs in this page');
    expect((await visitor.look()).after).toBe('9');
    await expect
      .poll(() => page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.waiting?.state))
      .toBe('installed');
    // What has not changed is not fetched again.
    expect(host.requests.filter((name) => /\.(wasm|onnx|bin)$/.test(name))).toEqual([]);
    // Until the page is closed, both are there: it may still want files of the version it is of.
    expect(await page.evaluate(() => caches.keys())).toHaveLength(2);
    // Seen from beside the page: once it is closed, the earlier version goes.
    const beside = await context.newPage();
    await beside.goto(new URL('/', host.address).href);
    await page.close();
    await expect.poll(() => beside.evaluate(() => caches.keys())).toHaveLength(1);
    await cutOff();
    const next = await visit();
    await expect.poll(() => next.page.locator('footer').textContent()).toContain('All of it runs in this page');
    expect((await next.look()).after).toBe('9');
    await expect.poll(() => next.page.evaluate(() => caches.keys())).toHaveLength(1);
    expect(await next.page.evaluate(() => caches.keys())).not.toEqual(keptBefore);
    expect(next.complaints).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('opens soon where the host takes questions and does not answer', async () => {
  await firstVisit();
  host.silent = true;
  const began = performance.now();
  const visitor = await visit();
  expect((await visitor.look()).after).toBe('9');
  // Three seconds of them are the time that the host is given.
  expect(performance.now() - began).toBeLessThan(15_000);
  expect(host.requests.at(-1)).toBe('index.html');
});

it('is as it was where a file cannot be had, and goes on there at the next visit', async () => {
  host.place = (name) => (/training-simd/.test(name) ? undefined : path.join(published, name));
  const visitor = await visit();
  const { page } = visitor;
  expect((await visitor.look()).after).toBe('9');
  await expect.poll(() => host.requests.some((name) => /training-simd-.*wasm/.test(name))).toBe(true);
  await expect.poll(() => page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
  await visitor.slide(0.2);
  expect((await visitor.look()).verdict).toMatch(/^The network now sees/);
  expect(await page.locator('footer').textContent()).not.toContain(promise);
  // Browsers themselves note what is missing.
  expect(visitor.complaints.filter((each) => !/^Failed to load resource/.test(each))).toEqual([]);
  host.place = (name) => path.join(published, name);
  host.requests.length = 0;
  await page.reload();
  await kept(page);
  const packs = host.requests.filter((name) => /(attacks|training)-simd-.*\.wasm$/.test(name));
  expect(packs).toEqual([expect.stringContaining('training')]);
});

it.each([
  ['gives its page in the place of what it does not have', /training-simd/, 'index.html'],
  ['still has the page of another version', /^index\.html$/, 'other.html'],
] as const)('keeps nothing that is not of this version where the host %s', async (_, wrong, substitute) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'other-page-'));
  const page = await readFile(path.join(published, 'index.html'), 'utf8');
  await writeFile(path.join(folder, 'index.html'), page);
  await writeFile(path.join(folder, 'other.html'), page.replace('</head>', '<!-- assets/other-0.js --></head>'));
  host.place = (name) => (wrong.test(name) ? path.join(folder, substitute) : path.join(published, name));
  const visitor = await visit();
  expect((await visitor.look()).after).toBe('9');
  const registrations = () =>
    visitor.page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length);
  const asked = () => host.requests.slice(Math.max(0, host.requests.lastIndexOf('service_worker.js')));
  await expect.poll(() => asked().some((name) => wrong.test(name) && asked().includes('service_worker.js'))).toBe(true);
  await visitor.page.waitForTimeout(500);
  await expect.poll(registrations).toBe(0);
  expect(await visitor.page.locator('footer').textContent()).not.toContain(promise);
  host.place = (name) => path.join(published, name);
  await visitor.page.reload();
  await kept(visitor.page);
  await rm(folder, { recursive: true });
});

it.each([
  ['has no service workers', () => Reflect.deleteProperty(Navigator.prototype, 'serviceWorker')],
  [
    'refuses to store anything',
    () => {
      navigator.serviceWorker.register = () =>
        Promise.reject(new DOMException('The operation is insecure.', 'SecurityError'));
    },
  ],
] as const)('works as before where the browser %s', async (_, change) => {
  await context.addInitScript(change);
  const visitor = await visit();
  expect((await visitor.look()).after).toBe('9');
  await visitor.page.getByRole('link', { name: 'Learn' }).click();
  await visitor.page.locator('.stage').first().waitFor();
  await visitor.page.waitForTimeout(4000);
  expect(await visitor.page.locator('footer').textContent()).not.toContain(promise);
  expect(visitor.complaints).toEqual([]);
});

it('can be installed', async () => {
  const { page } = await visit();
  const session = await context.newCDPSession(page);
  const { errors, data, url } = await session.send('Page.getAppManifest');
  expect(url).toBe(`${host.address}manifest.webmanifest`);
  expect(errors).toEqual([]);
  const { icons, start_url } = JSON.parse(data ?? '') as { icons: { src: string }[]; start_url: string };
  expect(new URL(start_url, url).href).toBe(host.address);
  for (const { src } of icons) {
    const image = await page.evaluate(async (address) => {
      const image = new Image();
      image.src = address;
      await image.decode();
      return [image.naturalWidth, image.naturalHeight];
    }, new URL(src, url).href);
    expect(image[0]).toBe(image[1]);
  }
  // The browser of a test is a private one, and there is nothing else to be said against it.
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual(['in-incognito']);
});
