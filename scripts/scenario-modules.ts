// Vite plugin: `import scenario from './x.yaml'` yields the parsed scenario. A file that the schema refuses fails the build
// with the schema's words, and the page needs neither a YAML parser nor the schema to open what comes with it.

import { basename } from 'node:path'
import type { Plugin } from 'vite'
import { parseScenario } from '../src/session/scenario-file.ts'

/** As text, which engines parse faster than an object literal. */
const moduleOf = (value: unknown): string =>
  `export default JSON.parse(${JSON.stringify(JSON.stringify(value))})\n`

export const scenarioModules = (): Plugin => ({
  name: 'vitrine:scenario-modules',
  transform: {
    filter: { id: /\/src\/scenarios\/[^/]+\.yaml$/ },
    handler(source, id) {
      try {
        return { code: moduleOf(parseScenario(source)), map: null, moduleType: 'js' }
      } catch (error) {
        return this.error(`${basename(id)}: ${error instanceof Error ? error.message : String(error)}`)
      }
    },
  },
})
