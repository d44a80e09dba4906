// A browser, and servers for it to look at.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
];

export function openBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? places.find((place) => existsSync(place));
  if (!executablePath)
    throw new Error('These tests need Chromium: apt-get install chromium, or set CHROMIUM to its path.');
  return chromium.launch({
    executablePath,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      // A camera for those pages that may use it.
      '--use-fake-device-for-media-stream',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** Serves a folder on a port of its own; `requests` lists what was asked for. */
export async function serve(folder: string, headers: Record<string, string> = {}) {
  const requests: string[] = [];
  const server: Server = createServer(async (request, response) => {
    const name = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    requests.push(name);
    try {
      const content = await readFile(path.join(folder, name));
      response.writeHead(200, { 'content-type': types[path.extname(name)] ?? 'application/octet-stream', ...headers });
      response.end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}`, requests, close: () => server.close() };
}

export interface Outcome {
  result?: Record<string, unknown>;
  error?: string;
  longestFrame?: number;
}

/** Opens a page that runs fixtures/page.mjs and waits for what comes of it; with what went wrong on the way. */
export async function outcomeOf(browser: Browser, address: string): Promise<Outcome & { complaints: string[] }> {
  const page: Page = await browser.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('requestfailed', (request) => complaints.push(`${request.url()} failed: ${request.failure()?.errorText}`));
  try {
    await page.goto(address);
    // Asked for from outside: what runs inside the page is subject to its policy.
    for (const end = Date.now() + 60_000; Date.now() < end; ) {
      const outcome = await page.evaluate(() => (window as { outcome?: Outcome }).outcome);
      if (outcome) return { ...outcome, complaints };
      await page.waitForTimeout(50);
    }
    throw new Error(`Nothing came of ${address}.\n${complaints.join('\n')}`);
  } finally {
    await page.close();
  }
}
