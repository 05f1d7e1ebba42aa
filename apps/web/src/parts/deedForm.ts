import { ref, shallowRef } from 'vue';
import { ask, tell, useDeed } from '../book';
import { w } from '../say';
import type { DocId, Saved } from '../views';
import { emptied, filled } from './deed';

/** A deed that is being filled in: what is asked for, and what is said besides without being asked. */
export interface DeedForm {
  title: string;
  deed: string;
  needs: string[];
  may: string[];
  extra?: Record<string, unknown>;
  /** Whether a field that stood there and is emptied is to be empty from now on; else it is left alone. */
  clears?: boolean;
}

/** The form of a deed to a document: opened with what stands there, done once, and closed when it is kept. */
export function useDeedForm(id: () => DocId) {
  const { busy, error, go } = useDeed();
  const form = shallowRef<DeedForm | null>(null);
  const values = ref<Record<string, unknown>>({});
  let stood: Record<string, unknown> = {};

  function open(wanted: DeedForm, preset: Record<string, unknown> = {}): void {
    error.value = null;
    values.value = preset;
    stood = preset;
    form.value = wanted;
  }

  async function act(): Promise<void> {
    const wanted = form.value;
    if (!wanted) return;
    const clear = wanted.clears ? { clear: emptied(stood, values.value) } : {};
    const deed = { do: wanted.deed, ...wanted.extra, ...filled(values.value), ...clear };
    const done = await go(() => ask('act', { id: id(), deed }));
    if (!done) return;
    form.value = null;
    tellSaved(done.saved);
  }

  return { busy, error, form, values, open, act };
}

/** Says what became of a save: kept, and what the township will make of it. */
function tellSaved(saved: Saved): void {
  const { common, saved: said } = w.value;
  tell(
    { kept: common.saved, kept_will_be_late: said.late, kept_will_be_held: said.held, unchanged: said.unchanged }[
      saved
    ],
  );
}
