/**
 * What the worker keeps beside the store: the key that opens it, and settings. In IndexedDB, because a key that cannot be taken
 * out of the browser can be kept nowhere else.
 */

const DATABASE = 'lianhu';
const SHELF = 'kept';

/** A store's key, sealed under a key that never leaves the browser. */
interface SealedKey {
  wrapping: CryptoKey;
  iv: Uint8Array<ArrayBuffer>;
  sealed: ArrayBuffer;
}

function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((ok, no) => {
    request.onsuccess = () => ok(request.result);
    request.onerror = () => no(request.error);
  });
}

async function database(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(SHELF);
  return asked(request);
}

async function read<T>(name: string): Promise<T | undefined> {
  const db = await database();
  try {
    return (await asked(db.transaction(SHELF).objectStore(SHELF).get(name))) as T | undefined;
  } finally {
    db.close();
  }
}

/** Resolves when it is on the disk. */
async function write(act: (shelf: IDBObjectStore) => void): Promise<void> {
  const db = await database();
  try {
    const transaction = db.transaction(SHELF, 'readwrite', { durability: 'strict' });
    act(transaction.objectStore(SHELF));
    await new Promise<void>((ok, no) => {
      transaction.oncomplete = () => ok();
      transaction.onabort = () => no(transaction.error);
    });
  } finally {
    db.close();
  }
}

const keyName = (directory: string) => `key ${directory}`;

/** The key of the store in a directory; null where this browser keeps none. */
export async function readKey(directory: string): Promise<Uint8Array | null> {
  const kept = await read<SealedKey>(keyName(directory));
  if (!kept) return null;
  const opened = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: kept.iv }, kept.wrapping, kept.sealed);
  return new Uint8Array(opened);
}

/** A fresh key for the store in a directory, durable before it is used. */
export async function makeKey(directory: string): Promise<Uint8Array> {
  const key = crypto.getRandomValues(new Uint8Array(32));
  const wrapping = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, wrapping, key);
  await write((shelf) => shelf.put({ wrapping, iv, sealed } satisfies SealedKey, keyName(directory)));
  return key;
}

/** Lets a key go: what was sealed under it opens no more. */
export function dropKey(directory: string): Promise<void> {
  return write((shelf) => shelf.delete(keyName(directory)));
}

/** Settings of this phone. */
export interface Settings {
  aeroplane: boolean;
}

export async function readSettings(): Promise<Settings> {
  return { aeroplane: false, ...(await read<Partial<Settings>>('settings')) };
}

export function writeSettings(settings: Settings): Promise<void> {
  return write((shelf) => shelf.put(settings, 'settings'));
}
