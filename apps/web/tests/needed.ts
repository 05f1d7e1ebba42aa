import { existsSync } from 'node:fs';
import { CHROMIUM, DIST, LIANHU } from './places.ts';

/** Says at once what is missing, instead of failing test by test. */
export default function needed(): void {
  const ways = {
    [`${DIST}/index.html`]: 'cargo xtask web builds the handbook',
    [LIANHU]: 'cargo build -p lianhu builds the program, and LIANHU_BIN names another one',
    [CHROMIUM]: 'apt-get install chromium, or CHROMIUM names another one',
  };
  const missing = Object.entries(ways).filter(([file]) => !existsSync(file));
  if (missing.length) throw new Error(missing.map(([file, way]) => `${file} is not there: ${way}`).join('\n'));
}
