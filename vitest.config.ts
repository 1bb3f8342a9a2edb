// How the unit tests run: two threads, in Node.js. The pure layers hold no module state, so their files share one
// module graph in a thread, which saves most of the start-up time; the rest is isolated file by file.

import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import { scenarioModules } from './scripts/scenario-modules.ts'

const pure = ['sim', 'scenarios', 'projections', 'kubectl'].map((layer) => `src/${layer}/**/*.test.ts`)

export default defineConfig({
  plugins: [react(), scenarioModules()],
  test: {
    environment: 'node',
    // What a page loads late is there for every test.
    setupFiles: ['src/session/late-simulation.ts'],
    pool: 'threads',
    maxWorkers: 2,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    passWithNoTests: false,
    projects: [
      { extends: true, test: { name: 'pure', include: pure, isolate: false } },
      {
        extends: true,
        test: {
          name: 'hosts',
          include: ['{src,scripts}/**/*.test.{ts,tsx}'],
          exclude: [...pure, '**/node_modules/**'],
        },
      },
    ],
  },
})
