// The element as pages get it: from the packed package, in plain HTML, from another origin, and inside frameworks.
import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { openBrowser, serve } from './browser.js';
import { type Installed, installPacked } from './packed.js';

let browser: Browser;
let installed: Installed;
const servers: (() => void)[] = [];
const pages: Page[] = [];

beforeAll(async () => {
  [browser, installed] = await Promise.all([openBrowser(), installPacked()]);
});
afterEach(async () => {
  for (const page of pages.splice(0)) await page.close();
});
afterAll(async () => {
  for (const close of servers) close();
  await browser?.close();
  await installed?.remove();
});

/** Serves a folder with a page; the package lies in it under mlsec/. */
async function site(name: string, body: string, headers?: Record<string, string>): Promise<string> {
  const folder = path.join(installed.folder, name);
  await mkdir(folder, { recursive: true });
  await cp(`${installed.mlsec}/dist`, `${folder}/mlsec`, { recursive: true });
  await writeFile(`${folder}/index.html`, `<!doctype html><html lang="en"><title>${name}</title>${body}`);
  const { address, close } = await serve(folder, headers);
  servers.push(close);
  return `${address}/index.html`;
}

interface Told {
  id: string;
  type: string;
  detail: Record<string, unknown>;
}

/** Opens a page that keeps what elements tell; with what was complained of. */
async function open(address: string) {
  const page = await browser.newPage({ viewport: { width: 900, height: 900 } });
  pages.push(page);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await page.addInitScript(() => {
    const told: unknown[] = [];
    Object.assign(window, { told });
    for (const type of ['result', 'error']) {
      // Neither bubbles: capturing still passes here.
      addEventListener(
        type,
        (event) => {
          const { detail } = event as CustomEvent;
          if (detail) told.push({ id: (event.target as Element).id, type, detail: { ...detail } });
        },
        true,
      );
    }
  });
  await page.goto(address);
  const told = () => page.evaluate(() => (window as unknown as { told: Told[] }).told);
  /** Waits for a result of an element that came after so many. */
  const result = async (id: string, after = 0) => {
    const ofElement = async () => (await told()).filter((each) => each.id === id && each.type === 'result');
    await expect.poll(async () => (await ofElement()).length, { timeout: 60_000 }).toBeGreaterThan(after);
    return (await ofElement()).at(-1)?.detail as Record<string, unknown>;
  };
  return { page, complaints, told, result };
}

const script = '<script type="module" src="./mlsec/element.js"></script><link rel="icon" href="data:,">';

it('shows what its attributes say, several times on a page, and tells what came of it', async () => {
  const address = await site(
    'two',
    `${script}
    <mlsec-playground id="one" model="mnist-mlp" attack="fgsm" epsilon="0.1" sample="4" controls="epsilon target"></mlsec-playground>
    <mlsec-playground id="other" model="fashion-cnn" attack="pgd" sample="1" target="coat" seed="3" options='{"steps": 12}' epsilon="0.3" controls="" loading="eager"></mlsec-playground>`,
  );
  const { page, complaints, result } = await open(address);
  const one = await result('one');
  expect(one).toMatchObject({ model: 'mnist-mlp', attack: 'fgsm', fooled: true, status: 'success', label: 4 });
  expect(one.options).toEqual({ epsilon: 0.1 });
  expect((one.distances as { linf: number }).linf).toBeLessThanOrEqual(0.1);
  const other = await result('other');
  expect(other).toMatchObject({ model: 'fashion-cnn', attack: 'pgd', target: 4 });
  expect(other.options).toEqual({ epsilon: 0.3, seed: 3, steps: 12 });
  expect((other.after as { name: string }).name).toBe('Coat');
  const shown = await page.evaluate(() =>
    ['one', 'other'].map((id) => {
      const root = document.getElementById(id)?.shadowRoot as ShadowRoot;
      return ['#strength', '#target', '#model', '#sample', '#attack', '.keep', '.way', '.controls'].filter((selector) =>
        root.querySelector(selector),
      );
    }),
  );
  expect(shown).toEqual([['#strength', '#target', '.controls'], []]);
  expect(await page.evaluate(() => document.head.querySelectorAll('style, link[rel=stylesheet]').length)).toBe(0);
  expect(complaints).toEqual([]);
});

it('follows attributes, properties and its visitor, and says what it cannot do', async () => {
  const address = await site(
    'changes',
    `${script}<mlsec-playground id="it" attack="fgsm" sample="4" epsilon="0"></mlsec-playground>`,
  );
  const { page, result, told } = await open(address);
  const count = async () => (await told()).filter(({ type }) => type === 'result').length;
  expect((await result('it')).fooled).toBe(false);
  await page.evaluate(() => document.querySelector('#it')?.setAttribute('epsilon', '0.1'));
  expect((await result('it', 1)).fooled).toBe(true);
  await page.evaluate(() => Object.assign(document.querySelector('#it') as Element, { sample: 0, epsilon: 0.2 }));
  expect(await result('it', 2)).toMatchObject({ label: 7, options: { epsilon: 0.2 } });
  expect(await count()).toBe(3);
  await page.locator('#strength').fill('0.3');
  expect((await result('it', 3)).options).toEqual({ epsilon: 0.3 });
  expect(await page.evaluate(() => (document.querySelector('#it') as unknown as { epsilon: number }).epsilon)).toBe(
    0.3,
  );
  await page.evaluate(() => Object.assign(document.querySelector('#it') as Element, { model: 'none-such' }));
  const errors = async () => (await told()).filter(({ type }) => type === 'error').map(({ detail }) => detail);
  await expect.poll(async () => (await errors()).length).toBe(1);
  expect((await errors())[0]).toMatchObject({ code: 'unknown-name', field: 'model' });
  // The event comes first, the words with the next frame.
  const words = () => page.getByRole('alert').textContent();
  await expect.poll(words).toMatch(/^There is no network none-such\. There are mnist-mlp, /);
  await page.evaluate(() => Object.assign(document.querySelector('#it') as Element, { model: null, attack: 'hammer' }));
  await expect.poll(async () => (await errors()).length).toBe(2);
  expect((await errors())[1]).toMatchObject({ message: "attack cannot be 'hammer', so it was left out." });
});

it('begins when it comes near, rests when it goes, and frees what it held', async () => {
  const address = await site(
    'lazy',
    `${script}<div id="above"></div><mlsec-playground id="it" attack="fgsm" sample="4"></mlsec-playground>
    <style>#above { height: 4000px }</style>`,
  );
  const { page, result, told } = await open(address);
  await page.waitForTimeout(500);
  expect(await told()).toEqual([]);
  expect(
    await page.evaluate(() => performance.getEntriesByType('resource').filter(({ name }) => /onnx/.test(name))),
  ).toEqual([]);
  await page.evaluate(() => document.querySelector('#it')?.scrollIntoView());
  await result('it');
  // As text, which nothing of the tests rewrites.
  const counting = `import('${new URL('./mlsec/index.js', address)}').then(async ({ diagnostics }) =>
    (await diagnostics()).liveHandles.reduce((sum, count) => sum + count, 0))`;
  const handles = () => page.evaluate<number>(counting);
  expect(await handles()).toBe(1);
  // Moved is not gone.
  await page.evaluate(() => document.body.prepend(document.querySelector('#it') as Element));
  await result('it', 1);
  expect(await handles()).toBe(1);
  await page.evaluate(() => document.querySelector('#it')?.remove());
  await expect.poll(handles).toBe(0);
});

it('is one script tag from another origin', async () => {
  const elsewhere = await serve(`${installed.mlsec}/dist`, { 'access-control-allow-origin': '*' });
  servers.push(elsewhere.close);
  const address = await site(
    'elsewhere',
    `<script type="module" src="${elsewhere.address}/element.js"></script><link rel="icon" href="data:,">
    <mlsec-playground id="it" attack="pgd" sample="4"></mlsec-playground>`,
  );
  const { result, complaints } = await open(address);
  expect(await result('it')).toMatchObject({ attack: 'pgd', label: 4 });
  expect(complaints).toEqual([]);
});

it('works under a strict policy', async () => {
  const policy =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'; img-src data:";
  const address = await site('strict', `${script}<mlsec-playground id="it" sample="4"></mlsec-playground>`, {
    'content-security-policy': policy,
  });
  const { page, result, complaints } = await open(address);
  expect((await result('it')).fooled).toBe(true);
  // Its own styles are there, and none of the page's.
  const style = await page.locator('.images').evaluate((images) => getComputedStyle(images).display);
  expect(style).toBe('grid');
  expect(complaints).toEqual([]);
});

it('says that the browser has no SIMD', async () => {
  const address = await site('no-simd', `${script}<mlsec-playground id="it"></mlsec-playground>`);
  const page = await browser.newPage();
  pages.push(page);
  await page.addInitScript(() => {
    WebAssembly.validate = () => false;
  });
  await page.goto(address);
  await expect.poll(() => page.getByRole('alert').textContent()).toMatch(/no WebAssembly SIMD\. Chrome/);
});

it('takes the colours, the size and the words of the page', async () => {
  const address = await site(
    'theme',
    `${script}<style>html { font-size: 62.5%; color-scheme: dark }
      mlsec-playground { --mlsec-size: 16px; --mlsec-fooled: rgb(1, 2, 3) }</style>
    <mlsec-playground id="it" sample="4"></mlsec-playground>
    <script type="module">document.querySelector('#it').texts = { original: 'Vorher' };</script>`,
  );
  const { page, result } = await open(address);
  await result('it');
  const facts = await page.evaluate(() => {
    const element = document.querySelector('#it') as HTMLElement;
    const root = element.shadowRoot as ShadowRoot;
    const style = (selector: string) => getComputedStyle(root.querySelector(selector) as Element);
    return {
      caption: root.querySelector('figcaption')?.textContent,
      fooled: style('.verdict strong').color,
      size: getComputedStyle(element).fontSize,
      background: getComputedStyle(element).backgroundColor,
    };
  });
  expect(facts).toEqual({ caption: 'Vorher', fooled: 'rgb(1, 2, 3)', size: '15px', background: 'rgb(21, 24, 27)' });
  for (const width of [320, 700]) {
    await page
      .locator('#it')
      .evaluate((element, pixels) => Object.assign(element.style, { width: `${pixels}px` }), width);
    const outside = await page.locator('#it').evaluate((element) => {
      const { right } = element.getBoundingClientRect();
      return [...(element.shadowRoot as ShadowRoot).querySelectorAll('*')]
        .filter((each) => !each.closest('.unseen') && each.getBoundingClientRect().right > right + 0.5)
        .map((each) => each.className || each.tagName);
    });
    expect(outside).toEqual([]);
  }
});

it('does nothing where there are no elements', async () => {
  const { PlaygroundElement } = await import(`${installed.mlsec}/dist/element.js`);
  expect(PlaygroundElement).toBeTypeOf('function');
});
