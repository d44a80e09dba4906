import { expectType, fail } from '../error.js';
import { readData } from '../read_data.js';
import type { DatasetContent } from './content.js';
import type { CsvOptions } from './csv_options.js';
import { type DataFile, readSource } from './source.js';

export async function fromCsv(file: DataFile, options: CsvOptions): Promise<DatasetContent> {
  expectType(typeof options === 'object' && options !== null, 'options', 'an object');
  const bytes = await readSource(file, 'file', options);
  const { target, categorical, ignore, classNames: wanted, ...others } = options;
  const table = await readData('csv', bytes, {
    ...others,
    ...(target == null ? {} : { target: columnOf(target, 'target') }),
    ...(categorical == null ? {} : { categorical: columnsOf(categorical, 'categorical') }),
    ...(ignore == null ? {} : { ignore: columnsOf(ignore, 'ignore') }),
  });
  const { rows, inputs, featureNames, groups, labels, classNames, targets } = table;
  const content = { inputs: { data: inputs, shape: [rows, featureNames.length] }, featureNames, groups };
  if (!labels || !classNames) return { ...content, targets: targets ?? undefined };
  if (wanted == null) {
    // A model tells at least two classes apart.
    return { ...content, labels, classNames: classNames.length > 1 ? classNames : undefined };
  }
  expectType(Array.isArray(wanted), 'classNames', 'a list of strings');
  const present = new Set(labels);
  const indices = classNames.map((name, index) => {
    const found = wanted.indexOf(name);
    if (found >= 0 || !present.has(index)) return found;
    return fail('unknown-name', 'classNames', `classNames lacks '${name}', which is a label in the file.`);
  });
  return { ...content, labels: labels.map((label) => indices[label] as number), classNames: wanted };
}

/** The core takes an index in place of a name where no column has it as its name. */
function columnOf(column: string | number, field: string): string {
  const good = typeof column === 'string' || (Number.isInteger(column) && column >= 0);
  expectType(good, field, 'the name or the index of a column');
  return String(column);
}

function columnsOf(columns: readonly (string | number)[], field: string): string[] {
  expectType(Array.isArray(columns), field, 'a list of columns');
  return columns.map((column, index) => columnOf(column, `${field}[${index}]`));
}
