// How the command line is bundled: two entries side by side, so that `vitrine fuzz` finds its worker threads' program.

import { fileURLToPath } from 'node:url'
import { defineConfig, normalizePath } from 'vite'
import { plantedBug } from './planted-bug.ts'
import { scenarioModules } from './scenario-modules.ts'

const root = normalizePath(fileURLToPath(new URL('..', import.meta.url))).replace(/\/$/, '')

export default defineConfig({
  root,
  logLevel: 'error',
  publicDir: false,
  plugins: [plantedBug(root, process.env.VITRINE_PLANTED), scenarioModules()],
  ssr: { noExternal: true },
  build: {
    ssr: true,
    target: 'node20',
    sourcemap: true,
    rollupOptions: {
      input: { main: 'src/cli/main.ts', 'fuzz-worker': 'src/cli/fuzz-worker.ts' },
      output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
})
