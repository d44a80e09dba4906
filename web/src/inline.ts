// The same interface, data sets, evaluation and universal perturbations included; tools/build_package.mjs puts core and worker inside this entry's JavaScript.

export type * from './data.js';
export { Dataset } from './data.js';
export * from './evaluate.js';
export * from './index.js';
export * from './universal.js';
