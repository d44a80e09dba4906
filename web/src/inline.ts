// The same interface; tools/build_package.mjs puts core and worker inside this entry's JavaScript.
export * from './index.js';
