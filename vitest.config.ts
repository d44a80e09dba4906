import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['tests/web/prepare.ts'],
    // Timings are part of what is tested: one file at a time leaves the machine to it.
    fileParallelism: false,
    testTimeout: 20_000,
    projects: [
      { extends: true, test: { name: 'web', include: ['tests/web/*.test.ts', 'tests/*.test.ts'] } },
      {
        extends: true,
        test: { name: 'package', include: ['tests/package/*.test.ts'], hookTimeout: 600_000, testTimeout: 120_000 },
      },
      {
        extends: true,
        test: { name: 'page', include: ['tests/page/*.test.ts'], hookTimeout: 120_000, testTimeout: 120_000 },
      },
    ],
  },
});
