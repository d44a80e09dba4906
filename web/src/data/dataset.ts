import type { OneHotGroup } from '../core/binding.js';
import { expectType, fail } from '../error.js';
import type { Layout } from '../layout.js';
import { Content, checkedContent, type DatasetContent, product } from './content.js';
import type { CsvOptions } from './csv_options.js';
import { type ArrayOptions, fromIdx, fromNpy, fromNpz, type NpzOptions } from './from_arrays.js';
import { type FolderOptions, fromFolder } from './from_folder.js';
import { fromImages, type ImageOptions, type LabelledImage } from './from_images.js';
import { fromCsv } from './from_table.js';
import { type ChoiceOptions, chooseRows, quotasOf, rowsFrom, shuffledRows } from './rows.js';
import type { DataFile } from './source.js';

/** Samples, row after row. */
export interface DatasetInputs {
  /** Bytes, which count as 0 to 1, or floats. */
  readonly data: Uint8Array | Float32Array;
  /** [rows, ...extents of one sample]. */
  readonly shape: readonly number[];
  /** The order of an image's extents, where it is known. */
  readonly layout?: Layout;
}

/**
 * Samples with their labels, or with numbers to be predicted. It never changes: what is made from it (parts, shuffled
 * ones) shares its arrays until `inputs` is asked for. `attack`, `model.predict` and `train` take it as it is.
 */
export class Dataset {
  readonly #content: Content;
  #inputs: DatasetInputs | undefined;
  /** The class index of each sample; undefined where there are only targets. */
  readonly labels: Int32Array | undefined;
  /** Numbers to be predicted, row after row, as many for each sample. */
  readonly targets: Float32Array | undefined;
  /** How many classes there are. */
  readonly classes: number;
  readonly classNames: readonly string[] | undefined;
  /** Names of the numbers of a sample, where it comes from a table. */
  readonly featureNames: readonly string[] | undefined;
  /** Features that are one category each of the same column: one of them is 1, the others are 0. */
  readonly groups: readonly OneHotGroup[] | undefined;

  /** @throws MlsecError naming the member at fault, such as 'labels[3]'. */
  constructor(content: DatasetContent);
  constructor(given: DatasetContent | Content) {
    const content = given instanceof Content ? given : checkedContent(given);
    const { labels, targets, rows } = content;
    this.#content = content;
    this.labels = labels && rows ? Int32Array.from(rows, (row) => labels[row] as number) : labels;
    this.targets = targets && rows ? gather(targets, rows, content.targetSize) : targets;
    this.classes = content.classes;
    this.classNames = content.classNames;
    this.featureNames = content.featureNames;
    this.groups = content.groups;
    Object.freeze(this);
  }

  /** Files in the idx format of MNIST: images (or rows of numbers) and labels. Either may be gzipped. */
  static async fromIdx(inputs: DataFile, labels: DataFile, options: ArrayOptions = {}): Promise<Dataset> {
    return new Dataset(await fromIdx(inputs, labels, options));
  }

  /** NumPy's .npy files: samples and labels. */
  static async fromNpy(inputs: DataFile, labels: DataFile, options: ArrayOptions = {}): Promise<Dataset> {
    return new Dataset(await fromNpy(inputs, labels, options));
  }

  /** Two arrays of one of NumPy's .npz files. */
  static async fromNpz(file: DataFile, options: NpzOptions): Promise<Dataset> {
    return new Dataset(await fromNpz(file, options));
  }

  /** A table: numeric columns become features, columns of text a feature for each category. */
  static async fromCsv(file: DataFile, options: CsvOptions = {}): Promise<Dataset> {
    return new Dataset(await fromCsv(file, options));
  }

  /** Images with their labels: ImageData anywhere, canvases, bitmaps and image elements in browsers. */
  static fromImages(images: Iterable<LabelledImage>, options: ImageOptions = {}): Dataset {
    return new Dataset(fromImages(images, options));
  }

  /** In Node, a folder with a folder of PNG or JPEG files for each class. */
  static async fromFolder(path: string | URL, options: FolderOptions = {}): Promise<Dataset> {
    return new Dataset(await fromFolder(path, options));
  }

  /** The number of samples. */
  get length(): number {
    return this.#content.length;
  }

  /** The extents of one sample. */
  get shape(): readonly number[] {
    return this.#content.shape;
  }

  /** All samples. */
  get inputs(): DatasetInputs {
    const { data, rows, shape, size, layout, length } = this.#content;
    this.#inputs ??= Object.freeze({
      data: rows ? gather(data, rows, size) : data,
      shape: Object.freeze([length, ...shape]) as readonly number[],
      ...(layout ? { layout } : {}),
    });
    return this.#inputs;
  }

  /** How many numbers `targets` has for each sample. */
  get targetSize(): number {
    return this.#content.targetSize;
  }

  /** What is odd about the data set, in sentences: classes without a sample. */
  get warnings(): readonly string[] {
    const missing = this.#missingClasses();
    return missing.length > 0 ? [`There is no sample of ${missing.join(', ')}.`] : [];
  }

  /** How many samples each class has. */
  countsOfClasses(): Int32Array {
    const counts = new Int32Array(this.classes);
    for (const label of this.#labelled('countsOfClasses')) counts[label] = (counts[label] as number) + 1;
    return counts;
  }

  /** The samples from one index up to, not including, another. */
  slice(from: number, to: number = this.length): Dataset {
    for (const [field, value] of Object.entries({ from, to })) {
      expectType(Number.isInteger(value), field, 'a whole number');
      if (value < 0 || value > this.length) {
        fail('out-of-range', field, `${field} must be from 0 to ${this.length}, the number of samples.`);
      }
    }
    if (from >= to) fail('out-of-range', 'to', 'to must be larger than from: a data set has at least one sample.');
    return this.#part(rowsFrom(from, to));
  }

  /** The samples of these indices, in this order. */
  take(rows: ArrayLike<number>): Dataset {
    expectType(typeof rows === 'object' && rows !== null && 'length' in rows, 'rows', 'a list of indices');
    if (rows.length === 0) fail('out-of-range', 'rows', 'rows must not be empty: a data set has at least one sample.');
    for (let index = 0; index < rows.length; index++) {
      const row = rows[index] as number;
      if (Number.isInteger(row) && row >= 0 && row < this.length) continue;
      const field = `rows[${index}]`;
      fail('out-of-range', field, `${field} is ${row}, but samples are counted from 0 to ${this.length - 1}.`);
    }
    return this.#part(Uint32Array.from(rows));
  }

  /** All samples in random order. */
  shuffle(seed = 0): Dataset {
    return this.#part(shuffledRows(this.length, seed, 'shuffle'));
  }

  /** Two parts in random order, the first with `share` of the samples: split(0.8) for training and testing. */
  split(share: number, options: ChoiceOptions = {}): [Dataset, Dataset] {
    if (!(share > 0 && share < 1)) fail('out-of-range', 'share', 'share must be between 0 and 1.');
    const count = Math.round(share * this.length);
    if (count === 0 || count === this.length) {
      fail('out-of-range', 'share', `share leaves one part empty: ${count} of ${this.length} samples.`);
    }
    const [first, second] = this.#choose(count, 'split', options);
    return [this.#part(first), this.#part(second)];
  }

  /** `count` samples chosen at random. */
  subset(count: number, options: ChoiceOptions = {}): Dataset {
    if (!Number.isInteger(count) || count < 1 || count > this.length) {
      fail('out-of-range', 'count', `count must be a whole number from 1 to ${this.length}, the number of samples.`);
    }
    return this.#part(this.#choose(count, 'subset', options)[0]);
  }

  /** Parts of `size` samples, one after another; the last may have fewer. */
  *batches(size: number): Generator<Dataset, void, undefined> {
    if (!Number.isInteger(size) || size < 1) fail('out-of-range', 'size', 'size must be a whole number from 1.');
    for (let from = 0; from < this.length; from += size) yield this.slice(from, Math.min(from + size, this.length));
  }

  /** This data set and others of the same kind, one after another. */
  concat(...others: Dataset[]): Dataset {
    return new Dataset(joined([this, ...others]));
  }

  #part(rows: Uint32Array): Dataset {
    const own = this.#content.rows;
    const content = this.#content.with(own ? rows.map((row) => own[row] as number) : rows.slice());
    return new Dataset(content as unknown as DatasetContent);
  }

  #choose(count: number, purpose: string, { seed = 0, stratified = false }: ChoiceOptions) {
    const rows = shuffledRows(this.length, seed, purpose);
    if (!stratified) return chooseRows(rows, count, undefined);
    const labels = this.#labelled('stratified');
    const missing = this.#missingClasses();
    if (missing.length > 0) {
      fail(
        'unsupported',
        'stratified',
        `stratified needs samples of every class; there is none of ${missing.join(', ')}.`,
      );
    }
    return chooseRows(rows, count, { labels, each: quotasOf(this.countsOfClasses(), count) });
  }

  #labelled(field: string): Int32Array {
    return this.labels ?? fail('unsupported', field, `${field} needs labels; this data set has targets only.`);
  }

  #missingClasses(): string[] {
    const present = new Set(this.labels);
    const classes = Array.from({ length: this.labels ? this.classes : 0 }, (_, label) => label);
    return classes
      .filter((label) => !present.has(label))
      .map((label) => (this.classNames ? `class ${label} ('${this.classNames[label]}')` : `class ${label}`));
  }
}

function gather<T extends Uint8Array | Float32Array>(data: T, rows: Uint32Array, size: number): T {
  const gathered = new (data.constructor as new (length: number) => T)(rows.length * size);
  for (const [place, row] of rows.entries()) {
    if (size === 1) gathered[place] = data[row] as number;
    else gathered.set(data.subarray(row * size, (row + 1) * size), place * size);
  }
  return gathered;
}

/** One data set's content from several: everything but the rows must be the same. */
function joined(sets: Dataset[]): DatasetContent {
  const [first] = sets as [Dataset, ...Dataset[]];
  const kindOf = (set: Dataset) => ({
    'the shape of samples': set.shape.join(' x '),
    'the kind of numbers': set.inputs.data.constructor.name,
    'the order of extents': set.inputs.layout,
    classes: set.labels && set.classes,
    'class names': set.classNames?.join(),
    'feature names': set.featureNames?.join(),
    'the number of targets': set.targetSize,
  });
  const wanted = kindOf(first);
  for (const [index, set] of sets.entries()) {
    expectType(set instanceof Dataset, `others[${index - 1}]`, 'a Dataset');
    for (const [what, value] of Object.entries(kindOf(set))) {
      if (value === wanted[what as keyof typeof wanted]) continue;
      fail('shape-mismatch', `others[${index - 1}]`, `others[${index - 1}] differs in ${what}.`);
    }
  }
  const { inputs, labels, targets, classes, classNames, featureNames, groups, shape } = first;
  const rows = sets.reduce((sum, set) => sum + set.length, 0);
  const join = <T extends Uint8Array | Int32Array | Float32Array>(like: T, get: (set: Dataset) => T): T => {
    const size = product([rows, like.length]) / first.length;
    const result = new (like.constructor as new (length: number) => T)(size);
    let offset = 0;
    for (const part of sets.map(get)) {
      result.set(part, offset);
      offset += part.length;
    }
    return result;
  };
  return {
    inputs: { ...inputs, data: join(inputs.data, (set) => set.inputs.data), shape: [rows, ...shape] },
    labels: labels && join(labels, (set) => set.labels as Int32Array),
    targets: targets && join(targets, (set) => set.targets as Float32Array),
    classes: labels && classes,
    classNames,
    featureNames,
    groups,
  };
}
