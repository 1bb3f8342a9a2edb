import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'
import { afterAll, expect, test } from 'vitest'
import { scenarioModules } from './scenario-modules.ts'

const directory = mkdtempSync(join(tmpdir(), 'scenario-modules-'))
afterAll(() => rmSync(directory, { recursive: true }))

const scenario = (controlPlanes: number): string => `
name: tiny
title: { en: Tiny, zh-CN: 小 }
about: { en: Tiny, zh-CN: 小 }
topology: { controlPlanes: ${controlPlanes} }
chapters:
  - id: look
    title: { en: Look, zh-CN: 看 }
    intro: { en: Look, zh-CN: 看 }
`

/** What a program prints whose only import is the file. */
async function bundle(name: string, text: string): Promise<string> {
  const folder = join(directory, name, 'src', 'scenarios')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${name}.yaml`), text)
  const entry = join(folder, 'entry.js')
  writeFileSync(entry, `import scenario from './${name}.yaml'\nexport { scenario }\n`)
  const outDir = join(directory, name, 'dist')
  await build({
    root: join(directory, name),
    configFile: false,
    logLevel: 'silent',
    plugins: [scenarioModules()],
    // Else Vite searches folders for it and awaits nobody: Node.js 20 aborts if the test's thread ends meanwhile.
    css: { postcss: {} },
    build: { lib: { entry, formats: ['es'], fileName: () => 'out.js' }, outDir },
  })
  return join(outDir, 'out.js')
}

test('a scenario becomes data with its defaults filled in', async () => {
  const { scenario: built } = await import(/* @vite-ignore */ await bundle('right', scenario(1)))
  expect(built).toMatchObject({
    name: 'tiny',
    title: { 'zh-CN': '小' },
    topology: { controlPlanes: 1, etcd: 3, nodes: 3 },
    chapters: [{ id: 'look', do: [], within: '10m' }],
  })
})

test.each([
  ['schema', scenario(9), 'schema.yaml: topology.controlPlanes: '],
  ['syntax', 'name: [', 'syntax.yaml: '],
])(
  'a file that is wrong (%s) fails the build with what is wrong and where',
  async (name, text, complaint) => {
    await expect(bundle(name, text)).rejects.toThrow(complaint)
  },
)
