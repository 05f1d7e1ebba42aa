import { computed } from 'vue';
import { book } from '../book';
import { w } from '../say';

/** How many of one's own saves are not in the township's log, and in words where they are: here, or there and not taken. */
export const delivery = computed(() => {
  const { kept, carried, held, refused } = book.status ?? { kept: 0, carried: 0, held: 0, refused: 0 };
  const [here, apart] = [kept + carried, held + refused];
  const { waiting, notTaken, all, and } = w.value.sync;
  const words = [here ? waiting(here) : '', apart ? notTaken(apart) : ''].filter(Boolean).join(and);
  const icon: 'kept' | 'held' | 'recorded' = here ? 'kept' : apart ? 'held' : 'recorded';
  return { count: here + apart, words: words || all, icon };
});
