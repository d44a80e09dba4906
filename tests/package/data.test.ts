// Data sets through the installed package: files written here, read by the real core.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { encode as encodePng } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as Data from '../../web/src/data.js';
import type * as Mlsec from '../../web/src/index.js';
import { zip } from '../web/zip.js';
import { type Installed, installPacked, root, run } from './packed.js';

let installed: Installed;
let mlsec: typeof Mlsec;
let Dataset: typeof Data.Dataset;

beforeAll(async () => {
  installed = await installPacked();
  mlsec = await import(pathToFileURL(`${installed.mlsec}/dist/index.js`).href);
  ({ Dataset } = await import(pathToFileURL(`${installed.mlsec}/dist/data.js`).href));
  mlsec.configure({ deterministic: true });
});
afterAll(async () => {
  mlsec?.close();
  await installed?.remove();
});

async function errorOf(promise: Promise<unknown>): Promise<{ code: string; field: string; message: string }> {
  const error = await promise.then(
    () => expect.fail('This should have been refused.'),
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(mlsec.MlsecError);
  return error;
}

type Numbers = Uint8Array | Int8Array | Uint16Array | Int16Array | Int32Array | Float32Array | Float64Array;

const types: [string, new (values: number[]) => Numbers][] = [
  ['|u1', Uint8Array],
  ['|i1', Int8Array],
  ['u2', Uint16Array],
  ['i2', Int16Array],
  ['i4', Int32Array],
  ['f4', Float32Array],
  ['f8', Float64Array],
];

/** An .npy file, as NumPy writes them. */
function npy(descr: string, values: Numbers, shape: number[], { big = false, fortran = false } = {}): Uint8Array {
  const type = descr.startsWith('|') ? descr : `${big ? '>' : '<'}${descr}`;
  const extents = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
  const text = `{'descr': '${type}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': ${extents}, }`;
  const header = `${text.padEnd(117)}\n`;
  const bytes = Buffer.from(values.buffer.slice(0), values.byteOffset, values.byteLength);
  const size = values.BYTES_PER_ELEMENT;
  if (big && size === 2) bytes.swap16();
  if (big && size === 4) bytes.swap32();
  if (big && size === 8) bytes.swap64();
  const length = Buffer.from([header.length, 0]);
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), length, Buffer.from(header), bytes]);
}

const extents = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });

describe('arrays', () => {
  it('are read as they were written, of every type and order', async () => {
    const file = fc.record({ type: fc.constantFrom(...types), shape: extents, big: fc.boolean(), seed: fc.nat(1e6) });
    await fc.assert(
      fc.asyncProperty(file, async ({ type: [descr, TypedArray], shape, big, seed }) => {
        const count = shape.reduce((product, extent) => product * extent, 1);
        const values = new TypedArray(Array.from({ length: count }, (_, index) => (seed * (index + 1)) % 251));
        const read = await mlsec.readData('npy', npy(descr, values, shape, { big }));
        expect(read.shape).toEqual(shape);
        expect([...read.data]).toEqual([...values]);
        expect(read.data.constructor.name).toBe(
          descr === '|u1' ? 'Uint8Array' : descr.startsWith('f') ? 'Float32Array' : 'Int32Array',
        );
      }),
      { numRuns: 60 },
    );
  });

  it('in the order of Fortran come in that of C', async () => {
    const { data } = await mlsec.readData(
      'npy',
      npy('f8', Float64Array.from([1, 4, 2, 5, 3, 6]), [2, 3], { fortran: true }),
    );
    expect([...data]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('become data sets', async () => {
    const images = Uint8Array.from({ length: 2 * 3 * 3 }, (_, index) => index * 10);
    const file = zip([
      { name: 'x_train.npy', bytes: npy('|u1', images, [2, 3, 3]), zip64InLocalHeader: true },
      { name: 'y_train.npy', bytes: npy('i4', Int32Array.from([1, 0]), [2]), deflate: false },
    ]);
    const dataset = await Dataset.fromNpz(file, { inputs: 'x_train', labels: 'y_train', classNames: ['no', 'yes'] });
    expect(dataset.inputs).toEqual({ data: images, shape: [2, 3, 3, 1], layout: 'hwc' });
    expect(dataset.labels).toEqual(Int32Array.from([1, 0]));
    expect(dataset.countsOfClasses()).toEqual(Int32Array.from([1, 1]));
  });

  it('are refused by the file at fault', async () => {
    const good = npy('|u1', Uint8Array.from([1, 2]), [2, 1]);
    const text = npy('|u1', Uint8Array.from([1, 2]), [2]);
    expect(await errorOf(Dataset.fromNpy(good, text.subarray(0, 100)))).toMatchObject({
      code: 'malformed',
      field: 'labels',
    });
    const strings = Buffer.from(Buffer.from(text).toString('latin1').replace("'|u1'", "'<U1'"), 'latin1');
    const refused = await errorOf(Dataset.fromNpy(good, strings));
    expect(refused).toMatchObject({ code: 'unsupported', field: 'labels' });
    expect(refused.message).toContain('strings');
    const infinite = npy('f8', Float64Array.from([1, Number.POSITIVE_INFINITY]), [2, 1]);
    expect(await errorOf(Dataset.fromNpy(infinite, text))).toMatchObject({ code: 'not-finite', field: 'inputs[1]' });
  });
});

describe('tables', () => {
  it('are read as they were written', async () => {
    const cell = fc.string({ minLength: 1, maxLength: 8, unit: fc.constantFrom('a', 'b', '"', ',', '\n', ' ', 'ü') });
    const row = fc.record({ number: fc.float({ noNaN: true, noDefaultInfinity: true }), text: cell, label: cell });
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 2, maxLength: 12 }),
        fc.constantFrom('\n', '\r\n'),
        async (rows, end) => {
          fc.pre(rows.every(({ text, label }) => text.trim() && label.trim()));
          const lines = rows.map(({ number, text, label }) => `${number},${quoted(text)},${quoted(label)}`);
          const table = await mlsec.readData('csv', Buffer.from(['number,text,label', ...lines, ''].join(end)));
          expect(table.rows).toBe(rows.length);
          const texts = [...new Set(rows.map(({ text }) => text))];
          expect(new Set(table.featureNames)).toEqual(new Set(['number', ...texts.map((text) => `text=${text}`)]));
          const width = table.featureNames.length;
          for (const [index, { number, text, label }] of rows.entries()) {
            // The text of -0 is 0.
            expect(table.inputs[index * width]).toBe(number + 0);
            expect(table.inputs[index * width + table.featureNames.indexOf(`text=${text}`)]).toBe(1);
            expect(table.classNames?.[table.labels?.[index] ?? -1]).toBe(label);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  const people = 'age;colour;income\n30;red;high\n40;blue;low\n50;red;low\n';

  it('become data sets', async () => {
    const dataset = await Dataset.fromCsv(gzipSync(people), { delimiter: ';', ignore: [0] });
    expect(dataset.featureNames).toEqual(['colour=blue', 'colour=red']);
    expect(dataset.groups).toEqual([{ first: 0, count: 2 }]);
    expect(dataset.classNames).toEqual(['high', 'low']);
    expect([...dataset.inputs.data]).toEqual([0, 1, 1, 0, 0, 1]);
    const named = { delimiter: ';', classNames: ['low', 'middle', 'high'] } as const;
    const others = await Dataset.fromCsv(Buffer.from(people), named);
    expect([...(others.labels ?? [])]).toEqual([2, 0, 0]);
    expect(others.warnings).toEqual(["There is no sample of class 1 ('middle')."]);
    const lacking = Dataset.fromCsv(Buffer.from(people), { ...named, classNames: ['low', 'middle'] });
    expect(await errorOf(lacking)).toMatchObject({ code: 'unknown-name', field: 'classNames' });
    const numbers = await Dataset.fromCsv(new Blob([people]), { delimiter: ';', target: 'age', targetKind: 'number' });
    expect([...(numbers.targets ?? [])]).toEqual([30, 40, 50]);
    expect(numbers.groups).toEqual([
      { first: 0, count: 2 },
      { first: 2, count: 2 },
    ]);
  });

  it.each<[string, object, string, string, string]>([
    ['age,y\n1,a\n,b\n', {}, 'malformed', 'csv[3].age', "line 3, column 'age'"],
    ['age,y\n1,a\n2\n', {}, 'malformed', 'csv[3]', 'line 3'],
    ['age,y\n1,a\n"2,b\n', {}, 'malformed', 'csv[3]', 'never closed'],
    ['age,y\n1,a\nx,b\n', {}, 'malformed', 'csv[3].age', 'no finite number'],
    ['age,y\n1,a\n', { target: 'z' }, 'unknown-name', 'target', 'age, y'],
    ['age,y\n1,a\n', { targets: 'z' }, 'unknown-option', 'targets', 'targets'],
    ['age,y\n1,a\n', { delimiter: '|' }, 'unknown-name', 'delimiter', 'delimiter'],
    ['age,y\n1,a\n', { target: {} }, 'wrong-type', 'target', 'target'],
  ])('are refused by line and column: %j %j', async (text, options, code, field, words) => {
    const error = await errorOf(Dataset.fromCsv(Buffer.from(text), options));
    expect(error).toMatchObject({ code, field });
    expect(error.message).toContain(words);
  });
});

it('samples of both data sets have names of their classes', async () => {
  for (const [name, second] of [
    ['mnist', '1'],
    ['fashion', 'Trouser'],
  ] as const) {
    const dataset = new Dataset(await mlsec.samples(name));
    expect(dataset.length).toBe(1000);
    expect(dataset.shape).toEqual([28, 28, 1]);
    expect(dataset.classNames?.[1]).toBe(second);
    expect(dataset.warnings).toEqual([]);
  }
});

it('a model is trained on a part and attacked on the other, whatever the entry', async () => {
  const inline = (await import(pathToFileURL(`${installed.mlsec}/dist/inline.js`).href)) as typeof Mlsec & typeof Data;
  expect(inline.Dataset).toBeTypeOf('function');
  const [training, test] = new Dataset(await mlsec.samples('fashion')).split(0.9, { seed: 1, stratified: true });
  const layers = [{ type: 'flatten' }, { type: 'dense', units: 10 }] as const;
  for (const { train, attack } of [mlsec, inline]) {
    const model = await train({ input: [28, 28, 1], layers }, training, { epochs: 3, deterministic: true });
    const { labels } = await model.predict(test);
    const right = labels.filter((label, index) => label === test.labels?.[index]).length;
    expect(right).toBeGreaterThan(60);
    const { summary, labelsFromModel } = await attack(model, test, {
      method: 'fgsm',
      epsilon: 0.1,
      deterministic: true,
    });
    expect(labelsFromModel).toBe(false);
    expect(summary.cleanAccuracy).toBe(right / 100);
    expect(summary.robustAccuracy).toBeLessThan(summary.cleanAccuracy);
  }
  inline.close();
});

describe('the command', () => {
  const predict = async (data: string, samples: number) => {
    const { stdout } = await run(
      process.execPath,
      [
        `${installed.mlsec}/dist/cli.js`,
        'predict',
        '--model',
        'mnist-mlp',
        '--data',
        data,
        '--samples',
        `${samples}`,
        '--json',
      ],
      { cwd: installed.folder },
    );
    return JSON.parse(stdout);
  };

  it('takes files of every kind', async () => {
    const { inputs, labels } = await mlsec.samples('mnist');
    const images = inputs.data.slice(0, 20 * 784);
    const inFolder = (name: string) => path.join(installed.folder, name);
    const x = npy('|u1', images, [20, 28, 28]);
    const y = npy('i4', labels.slice(0, 20), [20]);
    await writeFile(inFolder('x.npy'), x);
    await writeFile(inFolder('y.npy'), y);
    await writeFile(
      inFolder('both.npz'),
      zip([
        { name: 'x_test.npy', bytes: x },
        { name: 'y_test.npy', bytes: y },
      ]),
    );
    const idx = (shape: number[], bytes: Uint8Array) =>
      Buffer.concat([Buffer.from([0, 0, 8, shape.length, ...shape.flatMap((extent) => [0, 0, 0, extent])]), bytes]);
    await writeFile(inFolder('images-idx3-ubyte.gz'), gzipSync(idx([20, 28, 28], images)));
    await writeFile(inFolder('labels-idx1-ubyte'), idx([20], Uint8Array.from(labels.slice(0, 20))));
    for (let digit = 0; digit < 10; digit++) await mkdir(inFolder(`digits/${digit}`), { recursive: true });
    for (let row = 0; row < 20; row++) {
      const data = images.slice(row * 784, (row + 1) * 784);
      await writeFile(
        inFolder(`digits/${labels[row]}/${row}.png`),
        encodePng({ width: 28, height: 28, channels: 1, data }),
      );
    }
    const shipped = await predict('mnist', 20);
    for (const data of [
      'x.npy,y.npy',
      'both.npz',
      'both.npz:x_test,y_test',
      'images-idx3-ubyte.gz,labels-idx1-ubyte',
    ]) {
      expect(await predict(data, 20)).toEqual(shipped);
    }
    expect((await predict('digits', 20)).accuracy).toBe(shipped.accuracy);
    const table = [`${Array.from({ length: 784 }, (_, index) => `p${index}`)},y`];
    for (let row = 0; row < 20; row++) {
      table.push(`${Array.from(images.slice(row * 784, (row + 1) * 784), (byte) => byte / 255)},${labels[row]}`);
    }
    await writeFile(inFolder('digits.csv'), table.join('\n'));
    expect(await predict('digits.csv', 20)).toEqual(shipped);
    expect(await predict('digits.csv:y', 20)).toEqual(shipped);
  });

  it('says what there is where a data set is missing', async () => {
    await expect(predict('mnits', 5)).rejects.toThrow(/Did you mean mnist\?/);
  });
});

it('types of the entry are used from TypeScript', async () => {
  const program = `import { Dataset, type DataFile } from 'mlsec/data';
    import { attack, load, train, samples } from 'mlsec';
    export async function program(file: DataFile): Promise<number> {
      const dataset: Dataset = await Dataset.fromCsv(file, { target: 'y', delimiter: ';' });
      const [training, test] = dataset.split(0.8, { stratified: true });
      const model = await train({ input: [4], layers: [{ type: 'dense', units: 2 }] }, training, {});
      const shipped = new Dataset(await samples('fashion'));
      await model.predict(shipped);
      for (const batch of test.batches(10)) await attack(await load('mnist-mlp'), batch, { method: 'fgsm' });
      return test.length + (test.labels?.[0] ?? 0);
    }`;
  await writeFile(path.join(installed.folder, 'data.ts'), program);
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2022',
    lib: ['es2022', 'dom'],
    types: [],
    strict: true,
    noEmit: true,
    exactOptionalPropertyTypes: true,
  };
  await writeFile(
    path.join(installed.folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['data.ts'] }),
  );
  await run(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-p', installed.folder]);
});
