// Before all others.
import './begun';
import { createApp, watch } from 'vue';
import App from './App.vue';
import { worker } from './begun';
import { ask, book, followStatus, open } from './book';
import { followPrefs } from './prefs';
import { router } from './router';
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
open(worker).catch(console.error);
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
