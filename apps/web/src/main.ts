import { createApp, watch } from 'vue';
import App from './App.vue';
import { ask, book, followStatus, open } from './book';
import { followPrefs } from './prefs';
import { router } from './router';
import { supervised } from './supervised';
import { beginInstalled, followVersions, needNewVersion } from './update';
import 'vant/es/style/base.css';
import 'vant/es/overlay/index.css';
import 'vant/es/popup/index.css';
import 'vant/es/switch/index.css';
import './style/base.css';
import './style/parts.css';
import './style/print.css';

window.lianhu = { ask, book };
followPrefs();
followStatus();
createApp(App).use(router).mount('#app');
open(
  supervised(() => new Worker(new URL('./worker/main.ts', import.meta.url), { type: 'module', name: 'lianhu' })),
).catch(console.error);
const stop = watch(
  () => book.state.is,
  (is) => {
    // A worker that is still loading has not read its settings yet.
    if (is === 'starting') return;
    stop();
    beginInstalled(() => ask('set_aeroplane', { on: true })).catch(console.error);
  },
);
watch(
  () => book.syncing,
  (sync) => {
    if (sync?.is === 'failed' && sync.error.detail === 'unsupported_version') needNewVersion();
  },
);
followVersions().catch(console.error);
