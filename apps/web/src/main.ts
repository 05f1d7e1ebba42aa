import { createApp } from 'vue';
import App from './App.vue';
import { followStatus, open } from './book';
import { followPrefs } from './prefs';
import { router } from './router';
import { followVersions } from './update';
import 'vant/es/overlay/index.css';
import 'vant/es/popup/index.css';
import 'vant/es/switch/index.css';
import './style/base.css';
import './style/parts.css';
import './style/print.css';

followPrefs();
followStatus();
createApp(App).use(router).mount('#app');
open(new Worker(new URL('./worker/main.ts', import.meta.url), { type: 'module', name: 'lianhu' })).catch(console.error);
followVersions().catch(console.error);
