// Builds the command line with a bug in it, for `vitrine fuzz --planted`. The bugs are data in src/fuzz/planted; without
// a name nothing is changed.

import type { Plugin } from 'vite'
import { applyBug } from '../src/fuzz/planted/apply.ts'
import { plantedBugs } from '../src/fuzz/planted/index.ts'

/** The file that says which bug is in. */
const ACTIVE = 'src/fuzz/planted/active.ts'

/** @param root with `/`, as module ids have it */
export function plantedBug(root: string, name: string | undefined): Plugin {
  const bug = plantedBugs.find((candidate) => candidate.name === name)
  if (name !== undefined && bug === undefined) throw new Error(`there is no planted bug "${name}"`)
  return {
    name: 'vitrine:planted-bug',
    enforce: 'pre',
    transform(code, id) {
      if (bug === undefined || !id.startsWith(`${root}/`)) return undefined
      const file = id.slice(root.length + 1)
      if (file === ACTIVE) return { code: code.replace('= null', `= ${JSON.stringify(bug.name)}`), map: null }
      return bug.changes.some((change) => change.file === file)
        ? { code: applyBug(bug, file, code), map: null }
        : undefined
    },
  }
}
