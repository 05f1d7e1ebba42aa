import { expect, test } from 'vitest';
import { filled } from './deed';

test('what was left empty is not sent, and a no is an answer', () => {
  const typed = { text: ' 修好了 ', on: '', co_owners: [], granted: false, item: { content: '一', due: '' } };
  expect(filled(typed)).toEqual({ text: '修好了', granted: false, item: { content: '一' } });
});
