/** The worker that holds the workbook, begun before anything else: it loads while the page puts itself together. */

import { supervised } from './supervised';

export const worker = supervised(
  () => new Worker(new URL('./worker/main.ts', import.meta.url), { type: 'module', name: 'lianhu' }),
);
