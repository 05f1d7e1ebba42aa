import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** What is worth packing: text and wasm. Pictures are packed already. */
const PACKED = /\.(html|js|css|wasm|json|svg|webmanifest)$/;

function filesBelow(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

/**
 * Writes into the service worker which files make up this version, and lays a packed twin beside each file.
 *
 * The version is a digest of the files themselves: the same build is the same version, and no file of another version can hide
 * behind its name.
 */
export function packedAndPrecached(): Plugin {
  let out = '';
  return {
    name: 'lianhu-precache',
    apply: 'build',
    configResolved: (config) => {
      out = join(config.root, config.build.outDir);
    },
    closeBundle: () => {
      const worker = join(out, 'sw.js');
      const files = filesBelow(out).filter((file) => file !== worker && !/\.(br|gz)$/.test(file));
      const digest = createHash('sha256');
      for (const file of files.sort()) digest.update(relative(out, file)).update(readFileSync(file));
      const version = digest.digest('hex').slice(0, 16);
      const names = files.map((file) => relative(out, file).replaceAll('\\', '/'));
      const told = readFileSync(worker, 'utf8')
        .replace(/(['"`])__VERSION__\1/, JSON.stringify(version))
        .replace(/(['"`])__FILES__\1/, JSON.stringify(JSON.stringify(names)));
      writeFileSync(worker, told);
      for (const file of [worker, ...files].filter((file) => PACKED.test(file))) {
        const plain = readFileSync(file);
        writeFileSync(`${file}.gz`, gzipSync(plain, { level: 9 }));
        writeFileSync(`${file}.br`, brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
      }
    },
  };
}
