// Applies scripts/import-rules.ts to the files of `src`. A rule that governs no file any more is stale, and reported:
// a moved folder must not silently leave its rule behind.

import type { Import } from './import-graph.ts'
import { findCycles, readImports } from './import-graph.ts'
import type { Layer } from './import-rules.ts'
import { foldersOfParts, keptApart, layers } from './import-rules.ts'
import type { SourceFile } from './source-tree.ts'
import { isCode, isTest } from './source-tree.ts'

export interface ImportReport {
  readonly violations: readonly string[]
  readonly stale: readonly string[]
}

const lies = (path: string, folder: string): boolean =>
  folder.endsWith('/') ? path.startsWith(folder) : path === folder
const liesInOne = (path: string, folders: readonly string[]): boolean =>
  folders.some((folder) => lies(path, folder))
const layerOf = (path: string): Layer | undefined => layers.find((layer) => lies(path, layer.path))
const place = ({ from, line }: Import): string => `${from}:${line}`

function checkPackage(item: Import, layer: Layer): readonly string[] {
  const allowed = layer.packages ?? []
  if (allowed.includes('*') || allowed.includes(item.to)) return []
  return [`${place(item)}: ${layer.path} may not import the package ${item.to}. ${layer.why}`]
}

function checkLayer(item: Import): readonly string[] {
  const layer = layerOf(item.from)
  if (layer === undefined) return []
  if (item.isPackage) return checkPackage(item, layer)
  if (layerOf(item.to) === layer || liesInOne(item.to, layer.imports)) return []
  const asType = liesInOne(item.to, layer.types ?? [])
  if (asType && item.isTypeOnly) return []
  const manner = asType ? 'only with `import type`' : 'not'
  return [`${place(item)}: ${layer.path} may ${manner} import ${item.to}. ${layer.why}`]
}

/** `controllers/job.ts` and `controllers/job/pods.ts` are both the part `job`. */
function partOf(path: string, folder: string): string | undefined {
  if (!path.startsWith(folder)) return undefined
  return path
    .slice(folder.length)
    .split('/')[0]
    ?.replace(/\.\w+$/, '')
}

function checkSiblings(item: Import): readonly string[] {
  return foldersOfParts.flatMap(({ path, why }) => {
    const from = partOf(item.from, path)
    const to = partOf(item.to, path)
    if (from === undefined || to === undefined || from === to || from === 'index' || to === 'runtime')
      return []
    return [
      `${place(item)}: ${from} may not import its sibling ${to} (share through ${path}runtime/). ${why}`,
    ]
  })
}

function checkTests(item: Import): readonly string[] {
  if (item.isPackage || !isTest(item.to)) return []
  return [
    `${place(item)}: nothing may import the test ${item.to}. What it defines exists for that test only.`,
  ]
}

/** Follows run-time imports from each file of the page, and tells the way to what it must not load. */
function checkKeptApart(imports: readonly Import[], paths: readonly string[]): readonly string[] {
  const next = new Map<string, Import[]>()
  for (const item of imports) {
    if (item.isTypeOnly || item.isPackage) continue
    next.set(item.from, [...(next.get(item.from) ?? []), item])
  }
  const starts = paths.filter((path) => liesInOne(path, keptApart.from))
  const cameFrom = new Map<string, string>()
  const queue = [...starts]
  const seen = new Set(queue)
  const violations: string[] = []
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    for (const item of next.get(path) ?? []) {
      if (seen.has(item.to)) continue
      seen.add(item.to)
      cameFrom.set(item.to, path)
      if (!liesInOne(item.to, keptApart.to)) {
        queue.push(item.to)
        continue
      }
      const way = [item.to]
      for (let step = cameFrom.get(item.to); step !== undefined; step = cameFrom.get(step)) way.unshift(step)
      violations.push(`${place(item)}: the page would load ${way.join(' → ')}. ${keptApart.why}`)
    }
  }
  return violations
}

function findStale(paths: readonly string[]): readonly string[] {
  const named = [
    ...layers.flatMap(({ path, imports, types = [] }) => [path, ...imports, ...types]),
    ...foldersOfParts.map(({ path }) => path),
    ...keptApart.from,
    ...keptApart.to,
  ]
  return [...new Set(named)]
    .filter((name) => !paths.some((path) => lies(path, name)))
    .map((name) => `scripts/import-rules.ts names ${name}, which holds no file.`)
}

/** @param files those of `src`, with paths relative to the root */
export function checkImports(files: readonly SourceFile[]): ImportReport {
  const paths = files.map(({ path }) => path)
  const present = new Set(paths)
  const all = readImports(files)
  const tested = all.filter(({ from }) => isTest(from))
  const product = all.filter(({ from }) => !isTest(from))
  const homeless = files.filter(({ path }) => isCode(path) && !isTest(path) && layerOf(path) === undefined)
  const absent = all.filter(({ to, isPackage }) => !isPackage && to.startsWith('src/') && !present.has(to))
  return {
    violations: [
      ...homeless.map(({ path }) => `${path}: belongs to no layer of scripts/import-rules.ts.`),
      ...absent.map((item) => `${place(item)}: ${item.to} does not exist.`),
      ...tested.filter(({ to }) => /\.test\.tsx?$/.test(to)).flatMap(checkTests),
      ...product.flatMap((item) => [...checkLayer(item), ...checkSiblings(item), ...checkTests(item)]),
      ...findCycles(all).map((cycle) => `Circular import: ${cycle.join(', ')}.`),
      ...checkKeptApart(product, paths),
    ],
    stale: findStale(paths),
  }
}
