// Files around the readers of the core: where bytes come from, archives, images.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync, crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { encode as encodePng } from 'fast-png';
import jpeg from 'jpeg-js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { crc32 } from '../../web/src/data/crc32.js';
import { readDirectory, readMember } from '../../web/src/data/zip.js';
import { Dataset } from '../../web/src/data.js';
import { close } from '../../web/src/index.js';
import { errorOf, useFakeCore } from './fake.js';
import { zip } from './zip.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mlsec-data-'));
});
afterAll(async () => {
  close();
  await rm(folder, { recursive: true });
});
beforeEach(() => useFakeCore());

const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const images = bytesOf({ bytes: [0, 1, 2, 3, 4, 5, 6, 7], shape: [2, 2, 2] });
const labels = bytesOf({ data: [1, 0], shape: [2] });

describe('arrays', () => {
  it('come from bytes, blobs, addresses and paths, gzipped or not', async () => {
    const odd = path.join(folder, 'a # of 100% ?.idx.gz');
    await writeFile(odd, gzipSync(images));
    for (const file of [images, gzipSync(images), images.slice().buffer, new Blob([images]), odd, pathToFileURL(odd)]) {
      const dataset = await Dataset.fromIdx(file, labels);
      expect(dataset.inputs).toEqual({
        data: Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 7]),
        shape: [2, 2, 2, 1],
        layout: 'hwc',
      });
      expect([...(dataset.labels as Int32Array)]).toEqual([1, 0]);
    }
  });

  it('are samples with labels, or with numbers', async () => {
    const vectors = bytesOf({ data: [1, 2, 3, 4], shape: [2, 2] });
    const planar = bytesOf({ bytes: [1, 2, 3, 4, 5, 6], shape: [1, 3, 1, 2] });
    expect((await Dataset.fromNpy(vectors, labels, { classNames: ['a', 'b', 'c'] })).classes).toBe(3);
    const column = bytesOf({ data: [[1], [0]].flat(), shape: [2, 1] });
    expect([...((await Dataset.fromNpy(vectors, column)).labels as Int32Array)]).toEqual([1, 0]);
    const numbers = await Dataset.fromNpy(vectors, vectors, { targetKind: 'number' });
    expect(numbers.targetSize).toBe(2);
    const image = await Dataset.fromNpy(planar, bytesOf({ data: [0], shape: [1] }), { layout: 'chw' });
    expect(image.shape).toEqual([1, 2, 3]);
    expect([...image.inputs.data]).toEqual([1, 3, 5, 2, 4, 6]);
  });

  it('are refused by the file at fault', async () => {
    const missing = await errorOf(Dataset.fromIdx(path.join(folder, 'none'), labels));
    expect(missing).toMatchObject({ code: 'load-failed', field: 'inputs' });
    const damaged = gzipSync(images).subarray(0, 20);
    expect(await errorOf(Dataset.fromIdx(images, damaged))).toMatchObject({ code: 'malformed', field: 'labels' });
    expect(await errorOf(Dataset.fromIdx(images, images.slice(1)))).toMatchObject({
      code: 'malformed',
      field: 'labels',
    });
    const wide = bytesOf({ data: [1, 2, 3, 4], shape: [2, 2] });
    expect(await errorOf(Dataset.fromNpy(images, wide))).toMatchObject({ code: 'shape-mismatch', field: 'labels' });
    expect(await errorOf(Dataset.fromNpy(7 as never, wide))).toMatchObject({ code: 'wrong-type', field: 'inputs' });
    const three = bytesOf({ data: [1, 2, 0], shape: [3] });
    expect(await errorOf(Dataset.fromNpy(images, three))).toMatchObject({ code: 'shape-mismatch', field: 'labels' });
    const signal = AbortSignal.abort('enough');
    await expect(Dataset.fromNpy(images, labels, { signal })).rejects.toBe('enough');
  });
});

describe('archives', () => {
  const file = zip([
    { name: 'x.npy', bytes: images },
    { name: 'y.npy', bytes: labels, deflate: false, zip64InLocalHeader: true },
  ]);

  it('hold arrays by name', async () => {
    const dataset = await Dataset.fromNpz(file, { inputs: 'x', labels: 'y' });
    expect(dataset.length).toBe(2);
    expect(dataset.shape).toEqual([2, 2, 1]);
    expect((await Dataset.fromNpz(new Blob([file as BlobPart]), { inputs: 'x.npy', labels: 'y' })).length).toBe(2);
    const unknown = await errorOf(Dataset.fromNpz(file, { inputs: 'z', labels: 'y' }));
    expect(unknown).toMatchObject({ code: 'unknown-name', field: 'inputs' });
    expect(unknown.message).toContain('x, y');
    expect(await errorOf(Dataset.fromNpz(file, {} as never))).toMatchObject({ code: 'wrong-type', field: 'inputs' });
  });

  it('give back what was put in', async () => {
    const member = fc.record({
      bytes: fc.uint8Array({ maxLength: 300 }),
      deflate: fc.boolean(),
      zip64InLocalHeader: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(member, { maxLength: 5 }), fc.string({ maxLength: 20 }), async (members, comment) => {
        const archive = zip(
          members.map((each, index) => ({ name: `${index}`, ...each })),
          comment,
        );
        const directory = readDirectory(archive, 'file');
        expect(directory.map(({ name }) => name)).toEqual(members.map((_, index) => `${index}`));
        for (const [index, entry] of directory.entries()) {
          expect(await readMember(archive, entry, 1000, 'file')).toEqual(members[index]?.bytes);
        }
      }),
      { numRuns: 50 },
    );
  });

  const refusal = async (archive: Uint8Array): Promise<string> => {
    try {
      for (const member of readDirectory(archive, 'file')) await readMember(archive, member, 1000, 'file');
    } catch (error) {
      expect(error).toMatchObject({ name: 'MlsecError', field: 'file' });
      return (error as { code: string }).code;
    }
    return '';
  };

  it('are refused where they are damaged, encrypted, too large or zip64', async () => {
    expect(await refusal(new Uint8Array())).toBe('malformed');
    expect(await refusal(zip([{ name: 'x', bytes: images, encrypted: true }]))).toBe('unsupported');
    expect(await refusal(zip([{ name: 'x', bytes: images, method: 9 }]))).toBe('unsupported');
    expect(await refusal(zip([{ name: 'x', bytes: images, size: 0xffffffff }]))).toBe('unsupported');
    expect(await refusal(zip([{ name: 'x', bytes: new Uint8Array(1001) }]))).toBe('too-large');
    // A bomb: it says 10 bytes and unpacks to a million.
    expect(await refusal(zip([{ name: 'x', bytes: new Uint8Array(1e6), size: 10 }]))).toBe('too-large');
    expect(await refusal(zip([{ name: 'x', bytes: images, checksum: 1 }]))).toBe('malformed');
  });

  it('cut short anywhere are malformed, and damaged anywhere do no harm', async () => {
    for (let length = 0; length < file.length; length++) expect(await refusal(file.slice(0, length))).toBe('malformed');
    for (let at = 0; at < file.length; at++) {
      const damaged = file.slice();
      damaged[at] = (damaged[at] as number) ^ 0x55;
      await refusal(damaged);
    }
  });

  it('with any numbers anywhere are refused, or give what their directory says', async () => {
    const width = fc.constantFrom(1, 2, 4);
    const value = fc.oneof(fc.nat(20), fc.constantFrom(0x7fff, 0xffff, 0x7fffffff, 0xfffffffe, 0xffffffff), fc.nat());
    const change = fc.record({ at: fc.nat(file.length - 4), width, value });
    const changes = fc.array(change, { minLength: 1, maxLength: 4 });
    let read = 0;
    await fc.assert(
      fc.asyncProperty(changes, fc.nat(file.length), fc.boolean(), async (changes, length, whole) => {
        const damaged = whole ? file.slice() : file.slice(0, length);
        const view = new DataView(damaged.buffer);
        for (const { at, width, value } of changes) {
          if (at + width > damaged.length) continue;
          if (width === 1) view.setUint8(at, value);
          else if (width === 2) view.setUint16(at, value, true);
          else view.setUint32(at, value, true);
        }
        try {
          for (const member of readDirectory(damaged, 'file')) {
            const bytes = await readMember(damaged, member, 1000, 'file');
            expect(bytes.length).toBe(member.size);
            expect(bytes.length).toBeLessThanOrEqual(1000);
            expect(crc32(bytes)).toBe(member.checksum);
            read++;
          }
        } catch (error) {
          expect(error).toMatchObject({ name: 'MlsecError', field: 'file' });
        }
      }),
      { numRuns: 500 },
    );
    expect(read).toBeGreaterThan(25);
  });

  it('have names, which are no paths, and at most 10,000 of them', async () => {
    const names = ['../../x', '/etc/passwd', 'C:\\x', '__proto__', 'constructor'];
    const archive = zip(names.map((name) => ({ name: `${name}.npy`, bytes: name === '../../x' ? images : labels })));
    for (const name of names.slice(1)) {
      expect((await Dataset.fromNpz(archive, { inputs: '../../x', labels: name })).length).toBe(2);
    }
    const one = { name: 'x', bytes: new Uint8Array(), deflate: false };
    expect(readDirectory(zip(Array(10_000).fill(one)), 'file').length).toBe(10_000);
    expect(await refusal(zip(Array(10_001).fill(one)))).toBe('too-large');
  });

  it('are checked by the CRC-32 that zlib has', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
    // Node before 20.15 has none.
    if (!zlibCrc32) return;
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void expect(crc32(bytes)).toBe(zlibCrc32(bytes))));
  });
});

describe('images', () => {
  const image = (...grey: number[]) => ({
    width: 2,
    height: grey.length / 2,
    data: Uint8ClampedArray.from(grey.flatMap((value) => [value, value, value, 255])),
  });

  it('have classes by index or by name', () => {
    const named = Dataset.fromImages(
      [
        { image: image(1, 2), label: 'dog' },
        { image: image(3, 4), label: 'cat' },
      ],
      { grayscale: true },
    );
    expect(named.classNames).toEqual(['cat', 'dog']);
    expect([...(named.labels as Int32Array)]).toEqual([1, 0]);
    expect(named.inputs).toEqual({ data: Uint8Array.from([1, 2, 3, 4]), shape: [2, 1, 2, 1], layout: 'hwc' });
    const numbered = Dataset.fromImages([{ image: image(1, 2), label: 1 }]);
    expect(numbered.classes).toBe(2);
    expect([...numbered.inputs.data]).toEqual([1, 1, 1, 2, 2, 2]);
  });

  it('are refused by their place', () => {
    const refused = (images: unknown[], options = {}) => {
      try {
        Dataset.fromImages(images as never, options);
      } catch (error) {
        return error;
      }
      return undefined;
    };
    const first = { image: image(1, 2), label: 0 };
    expect(refused([])).toMatchObject({ code: 'shape-mismatch', field: 'images' });
    expect(refused([first, { image: image(1, 2, 3, 4), label: 0 }])).toMatchObject({
      code: 'shape-mismatch',
      field: 'images[1].image',
    });
    expect(refused([{ image: 7, label: 0 }])).toMatchObject({ code: 'wrong-type', field: 'images[0].image' });
    expect(refused([{ ...first, label: 'x' }], { classNames: ['a', 'b'] })).toMatchObject({
      code: 'unknown-name',
      field: 'images[0].label',
    });
  });

  it('come from a folder with a folder for each class', async () => {
    const root = path.join(folder, 'pictures');
    for (const name of ['cat', 'dog', '.hidden']) await mkdir(path.join(root, name), { recursive: true });
    const grey = encodePng({ width: 2, height: 1, data: Uint8Array.from([10, 200]), channels: 1 });
    const color = encodePng({ width: 2, height: 1, data: Uint8Array.from([9, 9, 9, 100, 100, 100]), channels: 3 });
    const photo = jpeg.encode({ width: 2, height: 1, data: Buffer.alloc(8, 255) }, 90).data;
    await writeFile(path.join(root, 'cat/b.png'), grey);
    await writeFile(path.join(root, 'cat/a.PNG'), color);
    await writeFile(path.join(root, 'cat/notes.txt'), 'no image');
    await writeFile(path.join(root, 'dog/c.jpg'), photo);
    for (const place of [root, pathToFileURL(root)]) {
      const dataset = await Dataset.fromFolder(place, { grayscale: true });
      expect(dataset.classNames).toEqual(['cat', 'dog']);
      expect([...(dataset.labels as Int32Array)]).toEqual([0, 0, 1]);
      expect([...dataset.inputs.data]).toEqual([9, 100, 10, 200, 255, 255]);
    }
    expect((await Dataset.fromFolder(root)).shape).toEqual([1, 2, 3]);

    await writeFile(path.join(root, 'dog/d.png'), 'no png');
    const damaged = await errorOf(Dataset.fromFolder(root));
    expect(damaged).toMatchObject({ code: 'malformed', field: 'path' });
    expect(damaged.message).toContain('d.png');
    await writeFile(
      path.join(root, 'dog/d.png'),
      encodePng({ width: 1, height: 2, data: Uint8Array.from([1, 2]), channels: 1 }),
    );
    expect(await errorOf(Dataset.fromFolder(root))).toMatchObject({ code: 'shape-mismatch', field: 'path' });
    expect(await errorOf(Dataset.fromFolder(path.join(root, 'cat')))).toMatchObject({
      code: 'malformed',
      field: 'path',
    });
    expect(await errorOf(Dataset.fromFolder(path.join(root, 'none')))).toMatchObject({
      code: 'load-failed',
      field: 'path',
    });
  });
});
