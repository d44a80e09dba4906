import path from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: path.resolve(import.meta.dirname, '..'),
  test: {
    // Timings are part of what is tested: one file at a time leaves the machine to it.
    fileParallelism: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'web',
          include: ['tests/web/*.test.ts', 'tests/*.test.ts'],
          globalSetup: ['tests/web/prepare.ts'],
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: { name: 'package', include: ['tests/package/*.test.ts'], hookTimeout: 600_000, testTimeout: 120_000 },
      },
      'tests/page/vitest.config.ts',
    ],
  },
});
