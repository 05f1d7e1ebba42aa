import { onBeforeUnmount, onMounted } from 'vue';
import { onBeforeRouteLeave } from 'vue-router';
import { confirmed } from './confirm';
import { w } from './say';

/** Asks before somebody leaves a form in which something is typed. */
export function useUnsaved(isBegun: () => boolean): void {
  onBeforeRouteLeave(async () => {
    const { common } = w.value;
    return !isBegun() || (await confirmed({ title: common.unsaved, yes: common.leave, no: common.stay, grave: true }));
  });
  const closing = (event: BeforeUnloadEvent) => isBegun() && event.preventDefault();
  onMounted(() => addEventListener('beforeunload', closing));
  onBeforeUnmount(() => removeEventListener('beforeunload', closing));
}
