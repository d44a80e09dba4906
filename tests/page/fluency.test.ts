// The main thread does nothing for longer than 50 ms at a time, whatever a visitor does.
import { encode } from 'fast-png';
import { expect, it } from 'vitest';
import { attempt } from '../attempt.js';
import { useSite, type Visit } from './site.js';
import { longestTask } from './tasks.js';

const visit = useSite();

/** As `longestTask`, of several attempts. */
function longest({ page }: Visit, act: () => Promise<unknown>): Promise<number> {
  return attempt(
    () => longestTask(page, act),
    (milliseconds) => milliseconds <= 50,
  );
}

it('has no long tasks while sliders move, a way is played and a large picture is opened', async () => {
  const visitor = await visit('#v=1&model=mnist-cnn&sample=4&attack=pgd&o.epsilon=0.1');
  const { page } = visitor;
  await visitor.settled();
  await page.waitForLoadState('networkidle');
  const sliding = await longest(visitor, async () => {
    for (let step = 0; step < 20; step++) await visitor.slide(step * 0.02);
    await visitor.settled();
  });
  const playing = await longest(visitor, async () => {
    await page.getByRole('button', { name: 'To the start' }).click();
    await page.getByRole('button', { name: 'Play' }).click();
    await page.waitForTimeout(1500);
    await page.getByRole('button', { name: 'Pause' }).click();
  });
  const [width, height] = [3000, 2000];
  const data = Uint8Array.from({ length: width * height }, (_, at) => (at % 251) + (at % 7 > 3 ? 1 : 0));
  const large = Buffer.from(encode({ width, height, data, channels: 1, depth: 8 }));
  await page.getByLabel('Your picture').check();
  await visitor.settled();
  let opened = 0;
  const opening = await longest(visitor, async () => {
    const name = `large-${++opened}.png`;
    await page.locator('#own-picture').setInputFiles({ name, mimeType: 'image/png', buffer: large });
    await page.getByText(`${name}, 3000 × 2000 pixels`).waitFor();
    await visitor.settled();
  });
  const figures = [sliding, playing, opening].map((figure) => figure.toFixed(1));
  console.log(
    `Longest tasks: sliding ${figures[0]} ms, playing ${figures[1]} ms, a picture of 6 megapixels ${figures[2]} ms.`,
  );
  expect(Math.max(sliding, playing, opening)).toBeLessThanOrEqual(50);
});
