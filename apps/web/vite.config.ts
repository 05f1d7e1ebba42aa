import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';
import { packedAndPrecached } from './build/precache.ts';

// The handbook lives below one address of the township's server, and nothing of it comes from anywhere else.
export default defineConfig({
  base: '/handbook/',
  plugins: [vue(), packedAndPrecached()],
  define: { __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false' },
  worker: { format: 'es' },
  build: {
    // Phones of five years ago: their browsers know modules, wasm and the Origin Private File System or IndexedDB.
    target: ['chrome102', 'safari16.4', 'firefox111'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: 'index.html', sw: 'src/sw.ts' },
      output: { entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js') },
    },
  },
  server: { proxy: { '/v1': 'http://127.0.0.1:8630' } },
});
