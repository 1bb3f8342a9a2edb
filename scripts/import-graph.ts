// Reads who imports whom. A type-only import vanishes in the build, and `import { type X }` does not (it stays as an
// import for side effects), so only `import type` and `export type` count as type-only.

import { posix } from 'node:path'
import { Visitor } from 'vite'
import type { SourceFile } from './source-tree.ts'
import { isCode, lineAt, parse } from './source-tree.ts'

export interface Import {
  readonly from: string
  readonly line: number
  /** A path when `isPackage` is false; otherwise the package's name, or `node:` and the module's name. */
  readonly to: string
  readonly isPackage: boolean
  readonly isTypeOnly: boolean
}

function packageName(specifier: string): string {
  const parts = specifier.split('/')
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
}

function readImportsOf(file: SourceFile): readonly Import[] {
  const found: Import[] = []
  const add = (source: { value: unknown; start: number } | null, isTypeOnly: boolean): void => {
    if (source === null || typeof source.value !== 'string') return
    const [specifier = '', query] = source.value.split('?')
    // `x.ts?worker` and `x.svg?url` yield an address; nothing is loaded into this module.
    if (query !== undefined) return
    const isPackage = !specifier.startsWith('.')
    const to = isPackage ? packageName(specifier) : posix.join(posix.dirname(file.path), specifier)
    found.push({ from: file.path, line: lineAt(file.text, source.start), to, isPackage, isTypeOnly })
  }
  const literal = (node: { type: string; start: number }): { value: unknown; start: number } | null =>
    'value' in node ? { value: node.value, start: node.start } : null
  new Visitor({
    ImportDeclaration: (node) => add(node.source, node.importKind === 'type'),
    ExportNamedDeclaration: (node) => add(node.source, node.exportKind === 'type'),
    ExportAllDeclaration: (node) => add(node.source, node.exportKind === 'type'),
    ImportExpression: (node) => add(literal(node.source), false),
    TSImportType: (node) => add(literal(node.source), true),
  }).visit(parse(file).program)
  return found
}

export const readImports = (files: readonly SourceFile[]): readonly Import[] =>
  files.filter(({ path }) => isCode(path)).flatMap(readImportsOf)

/** Groups of files that import each other, directly or not (Tarjan's strongly connected components). */
export function findCycles(imports: readonly Import[]): readonly (readonly string[])[] {
  const targets = new Map<string, string[]>()
  for (const { from, to, isPackage } of imports) {
    if (isPackage) continue
    targets.set(from, [...(targets.get(from) ?? []), to])
  }
  const order = new Map<string, { index: number; low: number; onStack: boolean }>()
  const stack: string[] = []
  const cycles: string[][] = []
  const visit = (path: string): { index: number; low: number; onStack: boolean } => {
    const state = { index: order.size, low: order.size, onStack: true }
    order.set(path, state)
    stack.push(path)
    for (const target of targets.get(path) ?? []) {
      const known = order.get(target)
      if (known === undefined) state.low = Math.min(state.low, visit(target).low)
      else if (known.onStack) state.low = Math.min(state.low, known.index)
    }
    if (state.low === state.index) {
      const group = stack.splice(stack.indexOf(path))
      for (const member of group) {
        const known = order.get(member)
        if (known) known.onStack = false
      }
      if (group.length > 1 || targets.get(path)?.includes(path)) cycles.push(group.sort())
    }
    return state
  }
  for (const path of targets.keys()) if (!order.has(path)) visit(path)
  return cycles
}
