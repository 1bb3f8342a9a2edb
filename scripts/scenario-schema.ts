// `npm run schema`: writes the JSON Schema of scenario files, which the page publishes beside itself so that an editor
// can check and complete a scenario.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { scenarioSchema } from '../src/session/scenario-file.ts'
import { root } from './install.mjs'

export const schemaFile = join(root, 'public', 'scenario.schema.json')

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  writeFileSync(schemaFile, `${JSON.stringify(scenarioSchema(), null, 2)}\n`)
