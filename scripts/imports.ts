// `npm run imports`: reports every import in `src` that breaks the rules of scripts/import-rules.ts.

import { checkImports } from './import-check.ts'
import { root } from './install.mjs'
import { readSources } from './source-tree.ts'

const files = readSources(root, 'src')
const { violations, stale } = checkImports(files)
for (const violation of violations) console.error(violation)
for (const name of stale) console.error(name)
console.log(`${files.length} files, ${violations.length} violations, ${stale.length} stale rules`)
if (violations.length > 0) process.exitCode = 1
