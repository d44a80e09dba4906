export type { DatasetContent } from './data/content.js';
export type { CsvOptions } from './data/csv_options.js';
export { Dataset, type DatasetInputs } from './data/dataset.js';
export type { ArrayOptions, NpzOptions } from './data/from_arrays.js';
export type { FolderOptions } from './data/from_folder.js';
export type { ImageOptions, LabelledImage } from './data/from_images.js';
export type { ChoiceOptions } from './data/rows.js';
export type { DataFile, ReadOptions } from './data/source.js';
