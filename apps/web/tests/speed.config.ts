import { defineConfig } from 'vitest/config';

// Figures and no verdict: how long things take depends on the machine.
export default defineConfig({
  test: {
    include: ['tests/speed.ts'],
    testTimeout: 1_800_000,
    hookTimeout: 1_800_000,
    globalSetup: ['tests/needed.ts'],
  },
});
