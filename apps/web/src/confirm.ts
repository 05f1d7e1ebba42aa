import { reactive } from 'vue';
import { w } from './say';

/** A question that waits for a yes; the page shows one at a time. */
export const question = reactive({
  open: false,
  title: '',
  text: '',
  yes: '',
  no: '',
  /** A word that has to be typed first. */
  word: '',
  wordLabel: '',
  grave: false,
  answer: (_yes: boolean) => {},
});

export interface Question {
  title: string;
  text?: string;
  yes: string;
  no: string;
  word?: string;
  wordLabel?: string;
  grave?: boolean;
}

/** Asks, and resolves with what was answered. */
export function confirmed(asked: Question): Promise<boolean> {
  return new Promise((resolve) => {
    Object.assign(question, { text: '', word: '', wordLabel: '', grave: false }, asked, {
      open: true,
      answer: (yes: boolean) => {
        question.open = false;
        resolve(yes);
      },
    });
  });
}

/** Asks whether everything here is to be destroyed; a word has to be typed for it. `waiting`: saves that were not delivered. */
export function confirmedWipe(waiting: number): Promise<boolean> {
  const { settings, common } = w.value;
  return confirmed({
    title: settings.wipe,
    text: `${settings.wipeMore} ${settings.wipeSure(waiting)}`,
    yes: settings.wipe,
    no: common.cancel,
    word: settings.wipeWord,
    wordLabel: settings.wipeType,
    grave: true,
  });
}
