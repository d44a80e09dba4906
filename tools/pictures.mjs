/**
 * Takes the pictures of the demo that the documentation shows.
 *     npm run build && node tools/pictures.mjs
 */
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { preview } from 'vite';
import { buildDemo } from './demo.mjs';

const project = fileURLToPath(new URL('..', import.meta.url));

/** What the address of each says. */
const pictures = [
  { name: 'demo', link: '#v=1&model=mnist-cnn&sample=0&attack=pgd&target=3&o.epsilon=0.15' },
  { name: 'compare', link: '#v=1&screen=compare&epsilon=0.25', colorScheme: 'dark' },
  { name: 'landscape', link: '#v=1&screen=landscape' },
  { name: 'patch', link: '#v=1&screen=patch', height: 860 },
];

await buildDemo();
const server = await preview({ root: `${project}demo`, preview: { port: 0 } });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
for (const { name, link, colorScheme = 'light', height = 900 } of pictures) {
  const context = await browser.newContext({ viewport: { width: 1280, height }, colorScheme, serviceWorkers: 'block' });
  const page = await context.newPage();
  await page.goto(server.resolvedUrls?.local[0] + link);
  await page.locator('.stage').waitFor();
  // Work begins with the next frame.
  await page.waitForTimeout(1000);
  await page.locator('.stage:not([aria-busy="true"])').waitFor({ timeout: 120_000 });
  await page.waitForTimeout(1000);
  await page.screenshot({ path: `${project}docs/${name}.png` });
  await context.close();
}
await browser.close();
await server.close();
