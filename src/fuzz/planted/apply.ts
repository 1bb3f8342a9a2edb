// Puts a planted bug into a source text. What does not fit exactly once is refused: a bug that is not there is never found.
import type { PlantedBug } from './planted-bug.ts'

/** @param file from the root of the project, with `/` */
export function applyBug({ name, changes }: PlantedBug, file: string, source: string): string {
  let text = source
  for (const change of changes) {
    if (change.file !== file) continue
    const parts = text.split(change.find)
    if (parts.length !== 2)
      throw new Error(`the planted bug ${name} fits ${file} ${parts.length - 1} times instead of once`)
    text = parts.join(change.replace)
  }
  return text
}
