// Pictures of the visitor's: from a file, dropped, pasted, from the camera; and those that are none.
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { side } from '../../web/src/element/digit.js';
import { adjusted, greyOf } from '../../web/src/element/picture.js';
import { useSite, type Visit } from './site.js';

const visit = useSite();

/** A picture as a PNG, each pixel by its place. */
function png(width: number, height: number, colour: (x: number, y: number) => [number, number, number]): Buffer {
  const data = new Uint8Array(width * height * 3);
  for (let at = 0; at < width * height; at++) data.set(colour(at % width, Math.floor(at / width)), 3 * at);
  return Buffer.from(encode({ width, height, data, channels: 3, depth: 8 }));
}

/** A dark upright line on white paper, wider than it is high. */
const one = png(112, 56, (x, y) => (x >= 52 && x < 60 && y >= 8 && y < 48 ? [20, 20, 20] : [250, 250, 250]));

const file = (name: string, buffer: Buffer, mimeType = 'image/png') => ({ name, mimeType, buffer });

/** The bytes of the picture in the address. */
async function pixelsInLink({ page }: Visit): Promise<Uint8Array> {
  await expect.poll(() => page.url()).toMatch(/picture=[^&]/);
  const text = new URLSearchParams(new URL(page.url()).hash.slice(1)).get('picture') ?? '';
  return Uint8Array.from(Buffer.from(text, 'base64url'));
}

describe('numbers', () => {
  const raster = (colour: (x: number, y: number) => number[]) =>
    Uint8ClampedArray.from({ length: (8 * side) ** 2 }, (_, at) => at).reduce(
      (data, _, at) => {
        data.set([...colour(at % (8 * side), Math.floor(at / (8 * side))), 255], 4 * at);
        return data;
      },
      new Uint8ClampedArray(4 * (8 * side) ** 2),
    );

  it('are the mean brightness of the square that a pixel covers', () => {
    const grey = greyOf(
      raster((x, y) => (y < 8 ? (x < 8 ? [255, 0, 0] : [0, 0, 255]) : x < 4 ? [0, 255, 0] : [0, 0, 0])),
    );
    expect(grey[0]).toBeCloseTo(0.299 * 255, 3);
    expect(grey[1]).toBeCloseTo(0.114 * 255, 3);
    expect(grey[side]).toBeCloseTo((0.587 * 255) / 2, 3);
    expect(grey[side + 1]).toBe(0);
  });

  it('are exchanged and stretched as wanted', () => {
    const grey = Float32Array.of(50, 100, 150);
    expect([...adjusted(grey, { exchanged: false, stretched: false })]).toEqual([50, 100, 150]);
    expect([...adjusted(grey, { exchanged: true, stretched: false })]).toEqual([205, 155, 105]);
    expect([...adjusted(grey, { exchanged: false, stretched: true })]).toEqual([0, 128, 255]);
    expect([...adjusted(grey, { exchanged: true, stretched: true })]).toEqual([255, 128, 0]);
    expect([...adjusted(Float32Array.of(7, 7), { exchanged: false, stretched: true })]).toEqual([7, 7]);
  });
});

it('is chosen, made to fit, and in the link', async () => {
  const visitor = await visit();
  const { page } = visitor;
  await visitor.settled();
  await page.getByLabel('Your picture').check();
  expect((await visitor.look()).verdict).toMatch(/^Give a picture/);
  await page.locator('#own-picture').setInputFiles(file('one.png', one));
  await page.getByText('one.png, 112 × 56 pixels: cut to its middle square, made 28 × 28 pixels.').waitFor();
  const sight = await visitor.look();
  expect(sight.before).toBe('1');
  // Paper is light: light and dark were exchanged, and black is black.
  expect(await page.locator('#exchanged').isChecked()).toBe(true);
  const pixels = await pixelsInLink(visitor);
  const at = (x: number, y: number) => pixels[y * side + x];
  expect([at(0, 0), at(11, 14), at(12, 14), at(15, 14), at(16, 14), at(14, 3), at(14, 4), at(14, 23)]).toEqual([
    0, 0, 255, 255, 0, 0, 255, 255,
  ]);
  await page.locator('#exchanged').uncheck();
  await expect.poll(async () => (await pixelsInLink(visitor))[0]).toBe(255);
  await page.locator('#exchanged').check();
  await page.getByLabel('All of it').check();
  await page.getByText('with a border to make it square').waitFor();
  await visitor.settled();
  // Neither the picture exchanged, whose link may still be there, nor the one cut.
  await expect
    .poll(async () => {
      const pixels = await pixelsInLink(visitor);
      return [pixels[0], pixels[14 * side + 12]];
    })
    .toEqual([0, 0]);
  const again = await visit(new URL(page.url()).hash);
  const shown = await visitor.look();
  expect(await again.look()).toEqual({ ...shown, figures: { ...shown.figures, Time: expect.anything() } });
  await again.page.getByText('A picture from a link').waitFor();
  expect([...visitor.complaints, ...again.complaints]).toEqual([]);
});

it('loses its colours, and the page says so', async () => {
  const visitor = await visit('#v=1&model=fashion-cnn&picture=');
  const { page } = visitor;
  await visitor.settled();
  await page.locator('#own-picture').setInputFiles(
    file(
      'red.png',
      png(40, 40, (x) => [x < 20 ? 200 : 0, 0, 0]),
    ),
  );
  await page.getByText('and grey, as the network knows no colours').waitFor();
  await visitor.settled();
  expect(visitor.complaints).toEqual([]);
});

it.each(['drop', 'paste'])('comes by %s', async (way) => {
  const visitor = await visit();
  await visitor.settled();
  await visitor.page.evaluate(
    ([type, content]) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(content as number[])], 'one.png', { type: 'image/png' }));
      const init = { bubbles: true, cancelable: true };
      const event =
        type === 'drop'
          ? new DragEvent('drop', { ...init, dataTransfer: data })
          : new ClipboardEvent('paste', { ...init, clipboardData: data });
      document.querySelector('main')?.dispatchEvent(event);
    },
    [way, [...one]] as const,
  );
  await visitor.page.getByText('one.png, 112 × 56 pixels').waitFor();
  expect((await visitor.look()).before).toBe('1');
  expect(visitor.complaints).toEqual([]);
});

it('comes from the clipboard by a button', async () => {
  const visitor = await visit('#v=1&picture=', { permissions: ['clipboard-read', 'clipboard-write'] });
  const { page } = visitor;
  await visitor.settled();
  await page.evaluate(
    async (content) => {
      const blob = new Blob([Uint8Array.from(content)], { type: 'image/png' });
      await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]);
    },
    [...one],
  );
  await page.getByRole('button', { name: 'Paste' }).click();
  await page.getByText('Your picture, 112 × 56 pixels').waitFor();
  expect((await visitor.look()).before).toBe('1');
});

it('is taken by the camera, which is closed then', async () => {
  const visitor = await visit('#v=1&picture=', { permissions: ['camera'] });
  const { page } = visitor;
  await visitor.settled();
  await page.getByRole('button', { name: 'Camera', exact: true }).click();
  await expect
    .poll(() => page.locator('video').evaluate((video: HTMLVideoElement) => video.videoWidth))
    .toBeGreaterThan(0);
  await page.evaluate(() => {
    const stream = document.querySelector('video')?.srcObject as MediaStream;
    Object.assign(window, { track: stream.getVideoTracks()[0] });
  });
  await page.getByRole('button', { name: 'Take the picture' }).click();
  await page.getByText('The picture from the camera, ').waitFor();
  expect(await page.locator('video').count()).toBe(0);
  expect(await page.evaluate(() => (window as unknown as { track: MediaStreamTrack }).track.readyState)).toBe('ended');
  expect((await visitor.look()).verdict).toMatch(/^The network|^With no/);
  expect(visitor.complaints).toEqual([]);
});

it('says in words what it cannot have', async () => {
  const visitor = await visit('#v=1&picture=');
  const { page } = visitor;
  await visitor.settled();
  const notice = page.locator('.notice');
  await page.getByRole('button', { name: 'Camera', exact: true }).click();
  await notice.getByText('The camera may not be used').waitFor();
  await page.locator('#own-picture').setInputFiles(file('broken.png', Buffer.from('no picture')));
  await notice.getByText('broken.png is no picture that this browser can read.').waitFor();
  await page.getByRole('button', { name: 'Paste' }).click();
  await notice.getByText(/clipboard|no picture to paste/).waitFor();
  await page.getByLabel('Pick one').check();
  expect((await visitor.look()).verdict).toMatch(/^The network/);
});
