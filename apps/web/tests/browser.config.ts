import { defineConfig } from 'vitest/config';

// One file after the other: each has a browser and a township, and the machine may have two cores.
export default defineConfig({
  test: {
    include: ['tests/*.test.ts'],
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 90_000,
    globalSetup: ['tests/needed.ts'],
  },
});
