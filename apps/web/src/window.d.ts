import type { ask, book } from './book';

declare global {
  interface Window {
    /** The workbook, for whoever looks at it in the browser's console, and for the tests. */
    lianhu: { ask: typeof ask; book: typeof book };
  }
}
