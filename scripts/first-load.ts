// Which JavaScript files of a built page are loaded before anybody does anything: the entry and the workers it starts,
// with everything they import statically. Chunks that are imported when needed are not among them.

import { existsSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import type { ESTree } from 'vite'
import { parseSync, Visitor } from 'vite'

/** @param html of the page; preloaded modules are loaded as surely as scripts */
function scriptsOf(html: string): readonly string[] {
  return [...html.matchAll(/<(?:script|link)\b[^>]*\b(?:src|href)="([^"]+\.js)"/g)].map(
    ([, path = '']) => path,
  )
}

/** Vite writes `new Worker(new URL(`worker-1234.js`, import.meta.url))`, at times with more around it. */
const workerNames = (code: string): readonly string[] =>
  [...code.matchAll(/["'`]([^"'`]+\.js)["'`]/g)].map(([, name = '']) => name)

function referencesOf(path: string, code: string): readonly string[] {
  const found: string[] = []
  const add = ({ source }: { readonly source: ESTree.StringLiteral | null }): void => {
    if (source?.value.startsWith('.')) found.push(source.value)
  }
  new Visitor({
    ImportDeclaration: add,
    ExportAllDeclaration: add,
    ExportNamedDeclaration: add,
    NewExpression: ({ callee, start, end }) => {
      if (callee.type !== 'Identifier' || !/^(Shared)?Worker$/.test(callee.name)) return
      found.push(...workerNames(code.slice(start, end)))
    },
  }).visit(parseSync(path, code, { sourceType: 'module' }).program)
  return found
}

/**
 * @param directory of the built index.html
 * @returns paths of files, the entry first
 * @throws when a file is missing: what cannot be measured must not pass
 */
export function firstLoad(directory: string): readonly string[] {
  const page = posix.join(directory, 'index.html')
  if (!existsSync(page)) throw new Error(`There is no ${page}. Run npm run build first.`)
  const files = new Set(scriptsOf(readFileSync(page, 'utf8')).map((path) => posix.join(directory, path)))
  // A set is visited in order of insertion, and what is added meanwhile is visited too.
  for (const file of files) {
    const references = referencesOf(file, readFileSync(file, 'utf8'))
    for (const reference of references) files.add(posix.join(posix.dirname(file), reference))
  }
  if (files.size === 0) throw new Error(`${page} loads no script.`)
  return [...files]
}
