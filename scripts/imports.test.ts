import { expect, test } from 'vitest'
import { checkImports } from './import-check.ts'
import { foldersOfParts, keptApart, layers } from './import-rules.ts'
import type { SourceFile } from './source-tree.ts'

/** Builds a tree from lines such as `'src/a.ts': "import './b.ts'"`; what is imported and not given is created empty. */
function tree(files: Record<string, string>): readonly SourceFile[] {
  const given = Object.entries(files).map(([path, text]) => ({ path, text }))
  const wanted = given
    .flatMap(({ text }) => [...text.matchAll(/'\/(src\/[^']+)'/g)].map(([, path]) => path ?? ''))
    .filter((path) => files[path] === undefined)
  const all = [...given, ...[...new Set(wanted)].map((path) => ({ path, text: '' }))]
  return all.map(({ path, text }) => ({
    path,
    text: text.replaceAll("'/src/", `'${'../'.repeat(path.split('/').length - 1)}src/`),
  }))
}

const violationsOf = (files: Record<string, string>): readonly string[] =>
  checkImports(tree(files)).violations

const fileIn = (path: string, name: string): string => (path.endsWith('/') ? `${path}${name}.ts` : path)

test.each(layers.map((layer) => [layer.path, layer] as const))(
  '%s: what it names is allowed, in its manner',
  (_, layer) => {
    const from = fileIn(layer.path, 'from')
    for (const target of layer.imports)
      expect(violationsOf({ [from]: `import { x } from '/${fileIn(target, 'target')}'` })).toEqual([])
    for (const target of layer.types ?? []) {
      const to = target === 'src/' ? 'src/sim/kernel/target.ts' : fileIn(target, 'target')
      expect(violationsOf({ [from]: `import type { X } from '/${to}'` })).toEqual([])
      expect(violationsOf({ [from]: `import { type X } from '/${to}'` })[0]).toContain(
        'only with `import type`',
      )
    }
  },
)

const anywhere = ['src/sim/kernel/', 'src/sim/api/', 'src/sim/net/', 'src/sim/etcd/', 'src/sim/client/']
const everyLayer = [...new Set([...anywhere, ...layers.map(({ path }) => path)])]

test.each(layers.map((layer) => [layer.path, layer] as const))(
  '%s: every other layer is refused',
  (_, layer) => {
    const from = fileIn(layer.path, 'from')
    const allowed = [layer.path, ...layer.imports, ...(layer.types ?? [])]
    const refused = everyLayer.filter((path) => !allowed.some((folder) => path.startsWith(folder)))
    if (layer.path !== 'src/scenarios/' && layer.path !== 'src/sim/')
      expect(refused.length).toBeGreaterThan(3)
    for (const path of refused) {
      const text = `import type { X } from '/${fileIn(path, 'target')}'`
      expect(violationsOf({ [from]: text }), `${layer.path} → ${path}`).toEqual([
        expect.stringContaining(`${layer.path} may not import`),
      ])
    }
  },
)

test.each(
  layers.filter(({ packages }) => !packages?.includes('*')).map((layer) => [layer.path, layer] as const),
)('%s: a package it does not name is refused', (_, layer) => {
  const from = fileIn(layer.path, 'from')
  for (const name of ['node:fs', 'vite', '@scope/name/deep'])
    expect(violationsOf({ [from]: `import x from '${name}'` })[0]).toContain('may not import the package')
})

test.each(foldersOfParts.map(({ path }) => path))('%s: no part imports a sibling', (path) => {
  const one = `${path}one${path.startsWith('src/ui') ? '/view' : ''}.ts`
  const two = `/${path}two/part.ts`
  for (const text of [
    `import { x } from '${two}'`,
    `import type { X } from '${two}'`,
    `export * from '${two}'`,
  ])
    expect(violationsOf({ [one]: text })).toEqual([expect.stringContaining('sibling two')])
  expect(violationsOf({ [one]: `import '/${path}runtime/shared.ts'` })).toEqual([])
  expect(violationsOf({ [one]: `import '/${path}one/more.ts'` })).toEqual([])
  expect(violationsOf({ [`${path}index.ts`]: `import '${two}'` })).toEqual([])
  expect(violationsOf({ [`${path}runtime/shared.ts`]: `import '${two}'` })).toHaveLength(1)
})

test.each([
  ['two files', { 'src/sim/a.ts': "import '/src/sim/b.ts'", 'src/sim/b.ts': "import '/src/sim/a.ts'" }],
  [
    'three files, through types and an export',
    {
      'src/sim/a.ts': "import type { B } from '/src/sim/b.ts'",
      'src/sim/b.ts': "export * from '/src/sim/c.ts'",
      'src/sim/c.ts': "export type A = import('/src/sim/a.ts').A",
    },
  ],
  ['itself', { 'src/sim/a.ts': "import '/src/sim/a.ts'" }],
])('a circular import of %s is refused', (_, files) => {
  expect(violationsOf(files)).toEqual([`Circular import: ${Object.keys(files).join(', ')}.`])
})

test('a diamond is not circular', () => {
  const files = {
    'src/sim/a.ts': "import '/src/sim/b.ts'; import '/src/sim/c.ts'",
    'src/sim/b.ts': "import '/src/sim/d.ts'",
    'src/sim/c.ts': "import '/src/sim/d.ts'; import '/src/sim/b.ts'",
  }
  expect(violationsOf(files)).toEqual([])
})

test('tests may import across layers, but nothing imports a test, nor the product what is for testing', () => {
  const test = 'src/sim/kernel/a.test.ts'
  expect(violationsOf({ [test]: "import '/src/ui/b.ts'; import '/src/sim/testing/pod.ts'" })).toEqual([])
  expect(violationsOf({ 'src/sim/kernel/b.test.ts': `import '/${test}'` })).toHaveLength(1)
  expect(violationsOf({ 'src/sim/kernel/b.ts': `import '/${test}'` })).toHaveLength(1)
  expect(violationsOf({ 'src/sim/world.ts': "import '/src/sim/testing/pod.ts'" })).toHaveLength(1)
})

test('the page loads the simulation neither directly nor through a file that may', () => {
  const files = {
    'src/main.tsx': "import '/src/worker/protocol.ts'",
    'src/worker/protocol.ts': "import { x } from '/src/session/a.ts'",
  }
  expect(violationsOf(files)).toContainEqual(
    `src/worker/protocol.ts:1: the page would load src/main.tsx → src/worker/protocol.ts → src/session/a.ts. ${keptApart.why}`,
  )
  expect(violationsOf({ 'src/main.tsx': "import W from '/src/worker/worker.ts?worker'" })).toEqual([])
})

test.each([
  ["import x from '/src/sim/kernel/b.ts'"],
  ["export * from '/src/sim/kernel/b.ts'"],
  ["export { x } from '/src/sim/kernel/b.ts'"],
  ["const x = import('/src/sim/kernel/b.ts')"],
  ["import '/src/sim/kernel/b.ts'"],
])('a run-time import is recognized: %s', (text) => {
  expect(violationsOf({ 'src/scenarios/a.ts': text })).toHaveLength(1)
})

test('a file outside every layer, and an import of a file that is not there, are refused', () => {
  expect(violationsOf({ 'src/elsewhere/a.ts': '' })).toEqual([expect.stringContaining('belongs to no layer')])
  const files = [{ path: 'src/sim/a.ts', text: "import './gone.ts'" }]
  expect(checkImports(files).violations).toEqual(['src/sim/a.ts:1: src/sim/gone.ts does not exist.'])
})

test('a rule whose folder is empty is stale', () => {
  const files = layers.map(({ path }) => ({ path: fileIn(path, 'a'), text: '' }))
  const { stale } = checkImports(files)
  expect(stale).toContain('scripts/import-rules.ts names src/sim/scheduler/plugins/, which holds no file.')
  expect(stale.join()).not.toContain('names src/sim/kernel/,')
})
