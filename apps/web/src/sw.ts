/// <reference lib="webworker" />
/**
 * Keeps the app on the phone, whole: every file of one version, and no file of another. It holds none of what people write.
 *
 * A new version is fetched into a cache of its own and waits. It takes over when the person says so, and then with all of its
 * files; if one file could not be fetched, the old version goes on as if nothing had happened.
 */
export {};

declare const self: ServiceWorkerGlobalScope;

/** A digest of the files, written here by the build. */
const VERSION = '__VERSION__';
/** The files of this version, by name below the scope, as JSON; written here by the build. */
const FILES: string[] = JSON.parse('__FILES__');
const PREFIX = 'lianhu-app-';
const CACHE = PREFIX + VERSION;

const scope = () => self.registration.scope;

self.addEventListener('install', (event) => {
  const fetched = caches.open(CACHE).then((cache) =>
    // Past the browser's own cache: what is put here must be what the server has now.
    cache.addAll(FILES.map((name) => new Request(scope() + name, { cache: 'reload' }))),
  );
  event.waitUntil(fetched);
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      // The version before stays: another tab may still run it. Names of files tell their content, so neither gets in
      // the other's way.
      const ours = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
      const older = ours.filter((name) => name !== CACHE);
      await Promise.all(older.slice(0, -1).map((name) => caches.delete(name)));
      await self.clients.claim();
    })(),
  );
});

self.addEventListener('message', (event) => {
  if (event.data === 'take over') event.waitUntil(self.skipWaiting());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || !request.url.startsWith(scope())) return;
  const name = request.url.slice(scope().length).split(/[?#]/)[0] ?? '';
  const wanted = request.mode === 'navigate' ? 'index.html' : name;
  if (FILES.includes(wanted) || wanted.startsWith('assets/')) event.respondWith(kept(wanted, request));
});

/** From this version; a file named by its content also from the version before; and from the server, if the browser lost it. */
async function kept(name: string, request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const own = await cache.match(scope() + name);
  const found = own ?? (name.startsWith('assets/') ? await caches.match(scope() + name) : undefined);
  return found ?? fetch(request);
}
