import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Where things are that the tests need. */
export const WEB = resolve(import.meta.dirname, '..');
export const ROOT = resolve(WEB, '../..');
export const DIST = process.env.LIANHU_WEB ?? join(WEB, 'dist');
export const OUTPUT = join(WEB, 'test-output');

const target = process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target');
const built = ['debug/lianhu', 'release/lianhu'].map((name) => join(target, name));
export const LIANHU = process.env.LIANHU_BIN ?? built.find(existsSync) ?? join(target, 'debug/lianhu');

const browsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
export const CHROMIUM = process.env.CHROMIUM ?? browsers.find(existsSync) ?? '/usr/bin/chromium';
