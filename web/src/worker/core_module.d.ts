// Made by the core's build: build/<flavour>/core-<flavour>.mjs.
declare module 'mlsec:core' {
  const createCore: import('../core/binding.js').CreateCore;
  export default createCore;
}
