import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { scenarioSchema } from '../src/session/scenario-file.ts'
import { schemaFile } from './scenario-schema.ts'

test('the published schema of scenario files is current (npm run schema writes it)', () => {
  expect(JSON.parse(readFileSync(schemaFile, 'utf8'))).toEqual(scenarioSchema())
})
