import type { CsvFileOptions } from '../generated/options.js';
import type { ReadOptions } from './source.js';

/** How a table is read; columns may be named by their index too. */
export type CsvOptions = Omit<CsvFileOptions, 'target' | 'categorical' | 'ignore'> &
  ReadOptions & {
    /** The column with the labels. Default: the last. */
    target?: string | number;
    /** The classes in the order of their indices, for files that do not hold them all. Default: those in the file, sorted. */
    classNames?: readonly string[];
    /** Columns whose numbers are names of categories. */
    categorical?: readonly (string | number)[];
    /** Columns that are left out. */
    ignore?: readonly (string | number)[];
  };
