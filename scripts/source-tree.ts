// The source files as the checks in this folder see them: paths relative to the root with `/`, text, and syntax tree.
// TypeScript 7 has no compiler API for JavaScript yet, so the trees come from the parser that Vite builds with.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync } from 'vite'

export interface SourceFile {
  readonly path: string
  readonly text: string
}

export type Parsed = ReturnType<typeof parseSync>

/** Every file below `folder` of `root`, in order of path; of files that are not code, the text is empty. */
export function readSources(root: string, folder: string): readonly SourceFile[] {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({
      path: file.slice(root.length).replaceAll('\\', '/').replace(/^\/+/, ''),
      text: isCode(file) ? readFileSync(file, 'utf8') : '',
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
}

export const isCode = (path: string): boolean => /\.(ts|tsx|mjs)$/.test(path)

/** Tests and what only they use (a folder called `testing`) stand outside the layers. */
export const isTest = (path: string): boolean =>
  /\.test\.tsx?$/.test(path) || path.split('/').includes('testing')

export function parse({ path, text }: SourceFile): Parsed {
  const parsed = parseSync(path, text, { sourceType: 'module' })
  const [error] = parsed.errors
  if (error) throw new Error(`${path}: ${error.message}`)
  return parsed
}

/** Counted from 1, as editors do. */
export const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length
