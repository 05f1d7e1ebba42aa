/** The worker: everything that takes time or touches the storage, off the page's thread. */

import type { Ask } from '../api';
import { loaded } from './door';
import { Keeper } from './keeper';

// It takes its time, and nobody has to have asked for it; whoever needs it hears when it fails.
loaded().catch(() => undefined);

const keeper = new Keeper((message) => postMessage(message));

addEventListener('message', (event: MessageEvent<Ask | { event: 'seen' }>) => {
  // The page is before somebody's eyes again.
  if ('event' in event.data) keeper.syncByItself();
  else void keeper.ask(event.data);
});

keeper.begin().catch((why) => {
  console.error(why);
  postMessage({ event: 'stumbled' });
});
