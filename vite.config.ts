// How the page is built: from any sub-path (`base: './'`), with the simulation in a module worker.

import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import type { Plugin } from 'vite'
import { defineConfig } from 'vite'
import { contentSecurityMeta, securityHeaders } from './scripts/content-security.mjs'
import { scenarioModules } from './scripts/scenario-modules.ts'

/** What comes with zooming and is of no use here. */
const standIns = {
  'd3-interpolate': fileURLToPath(new URL('src/ui/stage/no-interpolation.ts', import.meta.url)),
  'd3-transition': fileURLToPath(new URL('src/ui/stage/no-transitions.ts', import.meta.url)),
}

/** Only in the build: the development server needs inline scripts for hot reloading. */
const contentSecurity: Plugin = {
  name: 'vitrine:content-security',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: contentSecurityMeta },
      injectTo: 'head-prepend',
    },
  ],
}

export default defineConfig({
  base: './',
  // A path that does not exist answers 404 instead of the page, so that a broken link is seen.
  appType: 'mpa',
  plugins: [react(), contentSecurity, scenarioModules()],
  worker: { format: 'es', plugins: () => [scenarioModules()] },
  resolve: { alias: standIns },
  build: {
    target: 'es2023',
    // Fonts as data: URIs would be refused by the policy, and cannot be cached on their own.
    assetsInlineLimit: 0,
    // The budget in scripts/bundle-size.ts measures what matters; a second, cruder limit only adds noise.
    chunkSizeWarningLimit: 2000,
    reportCompressedSize: false,
    rolldownOptions: {
      // On a slow machine the bundler would tell a newcomer, at length, that plugins take time.
      checks: { pluginTimings: false },
      // What React makes of a component is not needed where the component is not: React Flow has several that are not used here.
      treeshake: { manualPureFunctions: ['memo', 'forwardRef', 'createContext'] },
    },
  },
  preview: { host: '127.0.0.1', port: 4173, headers: securityHeaders },
  server: { host: '127.0.0.1' },
})
