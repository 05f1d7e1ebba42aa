import { reactive } from 'vue';

/** The app's own version: what waits to take over. */
export const update = reactive({ ready: false, canInstall: false });

let registration: ServiceWorkerRegistration | null = null;
let takingOver = false;
let install: (Event & { prompt: () => Promise<unknown> }) | null = null;

/** Whether it was put on the home screen. */
export const isInstalled = (): boolean =>
  matchMedia('(display-mode: standalone)').matches || (navigator as { standalone?: boolean }).standalone === true;

/** Lets the app be kept on the phone, and learns of new versions. */
export async function followVersions(): Promise<void> {
  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    install = event as typeof install;
    update.canInstall = true;
  });
  addEventListener('appinstalled', () => {
    update.canInstall = false;
  });
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return;
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    // Only the page whose person said so begins anew; another tab keeps what somebody may be typing there.
    if (takingOver) location.reload();
  });
  registration = await navigator.serviceWorker.register(`${import.meta.env.BASE_URL}sw.js`, { updateViaCache: 'none' });
  const look = (found: ServiceWorkerRegistration) => {
    // The very first one has nobody to replace.
    if (found.waiting && found.active) update.ready = true;
    found.installing?.addEventListener('statechange', () => look(found));
  };
  look(registration);
  registration.addEventListener('updatefound', () => registration && look(registration));
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') checkVersion();
  });
  addEventListener('online', checkVersion);
}

/** Asks the server whether there is a new version; without a line nothing happens. */
export function checkVersion(): void {
  registration?.update().catch(() => undefined);
}

/** The township does not understand this version: the one it understands waits already, although it was put off, or comes now. */
export function needNewVersion(): void {
  if (registration?.waiting && registration.active) update.ready = true;
  checkVersion();
}

/** The person wants the new version: it takes over with all its files, and the page begins anew. */
export function takeNewVersion(): void {
  takingOver = true;
  if (registration?.waiting) registration.waiting.postMessage('take over');
  else {
    checkVersion();
    location.reload();
  }
}

/** The installed app begins with aeroplane mode on, once; what its person chooses after that is theirs. */
export async function beginInstalled(setAeroplane: () => Promise<unknown>): Promise<void> {
  const KEY = 'lianhu-began-installed';
  if (!isInstalled() || localStorage.getItem(KEY)) return;
  await setAeroplane();
  localStorage.setItem(KEY, 'yes');
}

/** Asks the browser to put the app on the home screen. */
export async function putOnHomeScreen(): Promise<void> {
  await install?.prompt();
  update.canInstall = false;
}
