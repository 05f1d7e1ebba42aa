import { reactive, watchEffect } from 'vue';
import type { Lang } from './views';

/** How the screens look on this phone. It is about the phone and not about anybody's data, so it lies in the browser's own small store. */
interface Prefs {
  lang: Lang;
  elder: boolean;
}

const KEY = 'lianhu-look';

function read(): Prefs {
  const usual: Prefs = { lang: 'zh', elder: false };
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    const { lang, elder } = (kept ?? {}) as Partial<Prefs>;
    return { lang: lang === 'en' ? 'en' : usual.lang, elder: elder === true };
  } catch {
    // A browser that keeps nothing, or somebody else's text under this name.
    return usual;
  }
}

export const prefs = reactive<Prefs>(read());

/** Puts the look on the page, and keeps it. */
export function followPrefs(): void {
  watchEffect(() => {
    document.documentElement.lang = prefs.lang === 'zh' ? 'zh-CN' : 'en';
    document.documentElement.classList.toggle('elder', prefs.elder);
    try {
      localStorage.setItem(KEY, JSON.stringify(prefs));
    } catch {
      // It looks as usual next time.
    }
  });
}
