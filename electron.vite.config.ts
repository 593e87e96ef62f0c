import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';
import { join } from 'node:path';

const root = import.meta.dirname;
const main = (path: string) => join(root, 'src-main', path);

/** Plain JavaScript packages go into the bundle: one file opens faster than the hundreds they are made of. */
const bundled = ['@orpc/client', '@orpc/contract', '@orpc/server', 'chokidar', 'env-paths', 'zod'];

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      externalizeDeps: { exclude: bundled },
      rollupOptions: {
        input: {
          electron: main('shells/electron/main.ts'),
          web: main('shells/web/main.ts'),
          cli: main('shells/cli/main.ts'),
          'engine-child': main('engine/child.ts'),
          'heartbeat-worker': main('engine/heartbeat-worker.ts'),
          'template-worker': main('engine/template-worker.ts'),
          'hash-worker': main('services/downloads/hash-worker.ts'),
          'store-worker': main('services/store/store-worker.ts'),
          'library-worker': main('services/library/worker/library-worker.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      rollupOptions: {
        input: { preload: main('shells/electron/preload.ts') },
        // A sandboxed preload has to be CommonJS.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src-renderer',
    plugins: [svelte({ configFile: false, compilerOptions: { runes: true } })],
    resolve: { alias: { $contract: main('contract'), $lib: join(root, 'src-renderer/lib') } },
    build: {
      outDir: 'out/renderer',
      minify: true,
      // The content security policy allows no `data:` addresses.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rollupOptions: { input: join(root, 'src-renderer/index.html') },
    },
  },
});
