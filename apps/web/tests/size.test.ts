import { expect, test } from 'vitest';
import { size } from './size.ts';

test('the whole app with its wasm is under 1.5 MB on the line', () => {
  const { brotli } = size();
  expect(brotli).toBeGreaterThan(100_000);
  expect(brotli).toBeLessThan(1_500_000);
});
