import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { root } from './install.mjs'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'pure-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const bin = (name: string): string => join(root, 'node_modules', '.bin', name)

test('a host API does not compile in src/sim', () => {
  const hostNames = ['setTimeout', 'setInterval', 'queueMicrotask', 'fetch', 'window', 'document', 'process']
  const names = [...hostNames, 'crypto', 'performance', 'structuredClone', 'console', 'Buffer', 'Worker']
  writeFileSync(
    join(directory, 'planted.ts'),
    names.map((name) => `export const ${name}Used = ${name}\n`).join(''),
  )
  const config = { extends: join(root, 'src/sim/tsconfig.json'), include: ['planted.ts'] }
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(config))
  const { stdout } = spawnSync(bin('tsc'), ['-p', directory, '--pretty', 'false'], { encoding: 'utf8' })
  const refused = [...stdout.matchAll(/Cannot find name '(\w+)'/g)].map(([, name]) => name)
  expect(refused).toEqual(names)
})

/** Lints files as if they lay in this project, and tells for each path the rules it breaks. */
function lint(files: Record<string, string>): (path: string) => readonly string[] {
  const config: unknown = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'))
  const isolated = { ...(config as object), vcs: { enabled: false }, root: true }
  for (const [path, text] of Object.entries({ ...files, 'biome.json': JSON.stringify(isolated) })) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeFileSync(join(directory, path), text)
  }
  const args = ['lint', '--colors=off', '--max-diagnostics=none']
  const { stderr } = spawnSync(bin('biome'), args, { cwd: directory, encoding: 'utf8' })
  const broken = [...stderr.matchAll(/^(\S+?):\d+:\d+ lint\/\w+\/(\w+)/gm)]
  return (path) => broken.filter(([, where]) => where === path).map(([, , rule]) => rule ?? '')
}

test('the linter refuses in the pure layers what reaches the host or differs between hosts', () => {
  const time = ['Date', 'performance', 'setTimeout', 'setInterval', 'queueMicrotask', 'Promise']
  const names = [
    ...time,
    'Intl',
    'fetch',
    'crypto',
    'structuredClone',
    'window',
    'document',
    'globalThis',
    'WeakRef',
  ]
  const text = (name: string): string => `export const used = ${name}\n`
  const layers = ['src/sim/kernel', 'src/projections', 'src/worker']
  const planted = layers.flatMap((layer) =>
    names.flatMap((name) =>
      [`${layer}/${name}.ts`, `${layer}/${name}.test.ts`].map((path) => [path, text(name)]),
    ),
  )
  const brokenBy = lint(Object.fromEntries(planted))
  for (const name of names) {
    expect(brokenBy(`src/sim/kernel/${name}.ts`), name).toContain('noRestrictedGlobals')
    expect(brokenBy(`src/projections/${name}.ts`), name).toContain('noRestrictedGlobals')
    expect(brokenBy(`src/worker/${name}.ts`), name).not.toContain('noRestrictedGlobals')
    expect(brokenBy(`src/sim/kernel/${name}.test.ts`), name).not.toContain('noRestrictedGlobals')
  }
})

test('the linter refuses everywhere what weakens the types', () => {
  const planted = {
    noExplicitAny: 'export const f = (x: any): string => x.y\n',
    noNonNullAssertion: 'export const f = (x: string | null): string => x!\n',
    noEnum: 'export enum E { A }\n',
    useImportType: "import { type X } from './x.ts'\nexport const x: X = 1\n",
    useImportExtensions: "export { x } from './x'\n",
  }
  const files = Object.entries(planted).map(([rule, text]) => [`src/worker/${rule}.ts`, text])
  const brokenBy = lint({ ...Object.fromEntries(files), 'src/worker/x.ts': 'export const x = 1\n' })
  for (const rule of Object.keys(planted)) expect(brokenBy(`src/worker/${rule}.ts`)).toContain(rule)
})
