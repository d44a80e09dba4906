// The built page on a server of its own, and a visitor who looks at it and uses it.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { openBrowser } from '../package/browser.js';

/** The folder of the site as it is published. */
export const published = path.resolve(import.meta.dirname, '../../demo/dist');

const types: Record<string, string> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

/** A server of the site below a path, as a project's pages often are. */
export interface Host {
  address: string;
  /** Where it has the file of that name; undefined for one that it has not. */
  place(name: string): string | undefined;
  /** True where it takes questions and never answers. */
  silent: boolean;
  /** What was asked for, in that order. */
  requests: string[];
  close(): void;
}

/** Serves demo/dist. */
export async function serve(): Promise<Host> {
  const base = '/somewhere/';
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const name = pathname === base ? 'index.html' : pathname.replace(base, '');
    host.requests.push(name);
    if (host.silent) return;
    try {
      const place = host.place(name) ?? '';
      const content = await readFile(place);
      response
        .writeHead(200, { 'content-type': types[path.extname(place)] ?? 'application/octet-stream' })
        .end(content);
    } catch {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('There is nothing here.');
    }
  });
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  const host: Host = { address: '', place: (name) => path.join(published, name), silent: false, requests: [], close };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  host.address = `http://127.0.0.1:${port}${base}`;
  return host;
}

/**
 * For a file of tests: a browser and the site, and visits that end with the tests. The page is without its service worker,
 * as `route` does not reach what a service worker answers; who wants one asks for it (`serviceWorkers: 'allow'`).
 */
export function useSite() {
  let browser: Browser;
  let site: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    [browser, site] = await Promise.all([openBrowser(), serve()]);
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  /** Opens the page with the state in a link; `before` may prepare what is to happen then. */
  return async function visit(
    link = '',
    { before, ...options }: BrowserContextOptions & { before?: (page: Page) => Promise<unknown> } = {},
  ): Promise<Visit> {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      serviceWorkers: 'block',
      ...options,
    });
    const visitor = new Visit(await context.newPage(), site.address);
    await before?.(visitor.page);
    await visitor.page.goto(site.address + link);
    return visitor;
  };
}

/** What can be seen of an experiment. */
export interface Sight {
  verdict: string;
  before: string;
  after: string;
  figures: Record<string, string>;
  original: string;
  change: string;
  adversarial: string;
}

export class Visit {
  /** Errors in the console, and whatever the page asked other hosts for. */
  readonly complaints: string[] = [];

  constructor(
    readonly page: Page,
    address: string,
  ) {
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      if (/Service Worker registration blocked/.test(message.text())) return;
      if (['error', 'warning'].includes(message.type())) this.complaints.push(message.text());
    });
    page.on('request', (request) => {
      const { origin } = new URL(request.url());
      if (origin !== new URL(address).origin) this.complaints.push(`asked for ${request.url()}`);
    });
  }

  /** Waits until the answer to what is asked is shown. */
  async settled(timeout = 20_000): Promise<void> {
    await expect.poll(() => this.page.locator('.stage').getAttribute('aria-busy'), { timeout }).toBe('false');
    // Changes are drawn with the next frame.
    await this.page.waitForTimeout(50);
    await expect.poll(() => this.page.locator('.stage').getAttribute('aria-busy'), { timeout }).toBe('false');
  }

  /** What is shown when all has come to rest. */
  async look(): Promise<Sight> {
    await this.settled();
    return this.page.evaluate(() => {
      const words = (selector: string) =>
        document.querySelector(selector)?.textContent?.replace(/\s+/g, ' ').trim() ?? '';
      const pixels = (selector: string) => {
        const canvas = document.querySelector<HTMLCanvasElement>(`${selector} canvas`);
        return canvas ? canvas.toDataURL() : '';
      };
      const figures = [...document.querySelectorAll('.figures > div')].map((figure) => [
        figure.querySelector('dt')?.textContent?.split(' ').at(-1) ?? '',
        figure.querySelector('dd')?.textContent?.trim() ?? '',
      ]);
      return {
        verdict: words('.verdict'),
        before: words('.original .reading b'),
        after: words('.adversarial .reading b'),
        figures: Object.fromEntries(figures),
        original: pixels('.original'),
        change: pixels('.change'),
        adversarial: pixels('.adversarial'),
      };
    });
  }

  /** Moves the slider to a value, as dragging does. */
  async slide(value: number): Promise<void> {
    await this.page.locator('#strength').fill(String(value));
  }

  /** Draws a line through points given as shares of the pad's sides. */
  async draw(points: [number, number][]): Promise<void> {
    const box = await this.page.locator('mlsec-drawing-pad canvas').boundingBox();
    if (!box) throw new Error('There is nothing to draw on.');
    const place = ([x, y]: [number, number]) => [box.x + x * box.width, box.y + y * box.height] as const;
    await this.page.mouse.move(...place(points[0] as [number, number]));
    await this.page.mouse.down();
    for (const point of points.slice(1)) await this.page.mouse.move(...place(point), { steps: 12 });
    await this.page.mouse.up();
  }

  /** The name and state of what has the focus. */
  focused(): Promise<string> {
    return this.page.evaluate(() => {
      const element = document.activeElement as HTMLInputElement | null;
      return element?.id || element?.name || element?.textContent?.trim() || '';
    });
  }

  /** Presses Tab until something of that id, name or text has the focus. */
  async tabTo(name: string): Promise<void> {
    for (let presses = 0; presses < 60; presses++) {
      if ((await this.focused()) === name) return;
      await this.page.keyboard.press('Tab');
    }
    throw new Error(`The Tab key does not lead to ${name}.`);
  }
}
