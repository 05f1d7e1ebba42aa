import { expect, test } from 'vitest';
import { emptied, filled } from './deed';

test('what stood there and was emptied is named, and nothing else', () => {
  const stood = { phone: '13800138000', group: '', members: '4', away: false, born: '1990' };
  expect(emptied(stood, { phone: '', group: '', members: '5', away: undefined, born: '1990' })).toEqual([
    'phone',
    'away',
  ]);
});

test('what was left empty is not sent, and a no is an answer', () => {
  const typed = { text: ' 修好了 ', on: '', co_owners: [], granted: false, item: { content: '一', due: '' } };
  expect(filled(typed)).toEqual({ text: '修好了', granted: false, item: { content: '一' } });
});
