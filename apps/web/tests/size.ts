import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DIST } from './places.ts';

/** What a phone fetches before it can work without a line: the whole app, wasm included, in bytes. */
export function size(): { plain: number; gzip: number; brotli: number } {
  const sum = { plain: 0, gzip: 0, brotli: 0 };
  for (const entry of readdirSync(DIST, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || /\.(br|gz)$/.test(path)) continue;
    const of = (file: string) => statSync(file, { throwIfNoEntry: false })?.size;
    const plain = of(path) ?? 0;
    sum.plain += plain;
    sum.gzip += of(`${path}.gz`) ?? plain;
    sum.brotli += of(`${path}.br`) ?? plain;
  }
  return sum;
}
