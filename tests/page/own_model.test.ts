// A model of the visitor's own: chosen or dropped, attacked, or refused in words.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { useSite } from './site.js';

const visit = useSite();
const models = path.resolve(import.meta.dirname, '../../web/models');

it('is chosen, attacked, and leaves no trace in the link', async () => {
  const visitor = await visit();
  await visitor.settled();
  const shipped = await visitor.look();
  await visitor.page.locator('#own-model').setInputFiles({
    name: 'my digits.onnx',
    mimeType: 'application/octet-stream',
    buffer: await readFile(`${models}/mnist-mlp.onnx`),
  });
  await visitor.page.getByText('Your file my digits.onnx').waitFor();
  await visitor.settled();
  expect(await visitor.page.locator('#model input:checked').getAttribute('value')).toBe('my digits');
  // The same network as the first that ships.
  expect((await visitor.look()).figures).toEqual({ ...shipped.figures, Time: expect.any(String) });
  expect(visitor.page.url()).not.toContain('digits');
  expect(visitor.complaints).toEqual([]);
});

it('is dropped', async () => {
  const visitor = await visit();
  await visitor.settled();
  const bytes = [...(await readFile(`${models}/mnist-cnn.onnx`))];
  const transfer = await visitor.page.evaluateHandle((content) => {
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(content)], 'dropped.onnx'));
    return data;
  }, bytes);
  await visitor.page.dispatchEvent('main', 'drop', { dataTransfer: transfer });
  await visitor.page.getByText('Your file dropped.onnx').waitFor();
  await visitor.settled();
  expect(visitor.complaints).toEqual([]);
});

it('is refused in words, and the page goes on', async () => {
  const visitor = await visit();
  await visitor.settled();
  const give = (name: string, buffer: Buffer) =>
    visitor.page.locator('#own-model').setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
  await give('noise.onnx', Buffer.from('no model at all'));
  await visitor.page
    .locator('.notice')
    .getByText(/noise\.onnx cannot be attacked here\./)
    .waitFor();
  const exported = JSON.parse(
    await readFile(path.resolve(import.meta.dirname, '../package/exported_models.json'), 'utf8'),
  );
  const { onnx } = exported.find(({ name }: { name: string }) => name === 'residual');
  await give('small.onnx', Buffer.from(onnx, 'base64'));
  await visitor.page
    .locator('.notice')
    .getByText(/takes 2 × 6 × 6 values, and the images of this page have 28 × 28 pixels/)
    .waitFor();
  await visitor.settled();
  expect(await visitor.page.locator('#model input:checked').getAttribute('value')).toBe('mnist-mlp');
});
