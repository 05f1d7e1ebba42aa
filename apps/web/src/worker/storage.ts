/**
 * Where the store lies in the browser's own file system (OPFS): one directory, `lianhu-1`, `lianhu-2` … A store that is damaged
 * stays where it is, and the next directory is begun; the one with the highest number is in use.
 */

const NAME = /^lianhu-(\d+)$/;
/** What SQLite calls the files, as it writes them into their first bytes (512 for the name). */
const NAME_BYTES = 512;
const HEADER_BYTES = 4096;

const numberOf = (directory: string) => Number(NAME.exec(directory)?.[1] ?? 0);

/** Every directory there is, the one in use last. */
export async function directories(): Promise<string[]> {
  const root = await navigator.storage.getDirectory();
  const found: string[] = [];
  for await (const name of root.keys()) if (NAME.test(name)) found.push(name);
  return found.sort((one, other) => numberOf(one) - numberOf(other));
}

/** The directory in use, made if there is none. */
export async function present(): Promise<string> {
  return (await directories()).at(-1) ?? begin('lianhu-1');
}

/** The one after it, made. */
export async function next(directory: string): Promise<string> {
  return begin(`lianhu-${numberOf(directory) + 1}`);
}

async function begin(directory: string): Promise<string> {
  const root = await navigator.storage.getDirectory();
  await root.getDirectoryHandle(directory, { create: true });
  return directory;
}

/** The open file beside the database, which tells a copy of the store from the store. */
export async function tokenOf(directory: string): Promise<FileSystemSyncAccessHandle> {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle(directory, { create: true });
  const file = await folder.getFileHandle('token', { create: true });
  return file.createSyncAccessHandle();
}

/** Removes a directory and all that is in it. */
export async function remove(directory: string): Promise<void> {
  const root = await navigator.storage.getDirectory();
  await root.removeEntry(directory, { recursive: true });
}

/** The files of a store that is not open, by the names SQLite gave them. */
export async function filesOf(directory: string): Promise<{ name: string; bytes: Uint8Array }[]> {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle(directory);
  const pool = await folder.getDirectoryHandle('.opaque');
  const files: { name: string; bytes: Uint8Array }[] = [];
  for await (const entry of pool.values()) {
    if (entry.kind !== 'file') continue;
    const bytes = new Uint8Array(await (await (entry as FileSystemFileHandle).getFile()).arrayBuffer());
    const end = bytes.subarray(0, NAME_BYTES).indexOf(0);
    const name = new TextDecoder().decode(bytes.subarray(0, Math.max(end, 0)));
    if (name !== '') files.push({ name: name.replace(/^.*\//, ''), bytes: bytes.subarray(HEADER_BYTES) });
  }
  return files;
}

/** Several files as one (tar, as every system unpacks it). */
export function packed(files: { name: string; bytes: Uint8Array }[]): ArrayBuffer {
  const BLOCK = 512;
  const blocks = files.reduce((sum, file) => sum + 1 + Math.ceil(file.bytes.length / BLOCK), 2);
  const tar = new Uint8Array(blocks * BLOCK);
  let at = 0;
  for (const { name, bytes } of files) {
    const header = tar.subarray(at, at + BLOCK);
    const write = (text: string, offset: number) => header.set(new TextEncoder().encode(text), offset);
    const octal = (number: number, digits: number) => number.toString(8).padStart(digits, '0');
    write(name, 0);
    write('0000600\0' + '0000000\0' + '0000000\0', 100);
    write(`${octal(bytes.length, 11)}\0${octal(0, 11)}\0`, 124);
    write('        0', 148);
    write('ustar\0' + '00', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    write(`${octal(sum, 6)}\0 `, 148);
    tar.set(bytes, at + BLOCK);
    at += BLOCK * (1 + Math.ceil(bytes.length / BLOCK));
  }
  return tar.buffer;
}

/** Whether this browser has what the store needs. */
export function isPossible(): boolean {
  return (
    typeof navigator.storage?.getDirectory === 'function' &&
    typeof navigator.locks?.request === 'function' &&
    'FileSystemSyncAccessHandle' in globalThis &&
    crypto.subtle !== undefined &&
    typeof indexedDB !== 'undefined'
  );
}
