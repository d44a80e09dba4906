import { defineConfig } from 'vitest/config';
import demo from '../../demo/vite.config.js';

export default defineConfig({
  // The page's modules find the package where the page finds it.
  resolve: demo.resolve,
  test: {
    name: 'page',
    root: import.meta.dirname,
    include: ['*.test.ts'],
    globalSetup: ['prepare.ts'],
    // Timings are part of what is tested: one file at a time leaves the machine to it.
    fileParallelism: false,
    // A busy machine is no fault of the page. What is tried again is told of.
    retry: 1,
    expect: { poll: { timeout: 15_000 } },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
