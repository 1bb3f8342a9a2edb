// The extension contract: a kind, a controller, a scheduler plugin, a fault, a scenario and a panel are each added to a
// copy of the sources as the contract says, one file (a panel: a folder and a projection) and one line, and then work.
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from '@playwright/test'

const PROJECT = join(import.meta.dirname, '..')
const TOP_LEVEL = [
  'src',
  'public',
  'scripts',
  'package.json',
  'tsconfig.json',
  'vite.config.ts',
  'index.html',
]

/** Adds a file from `e2e/extension` and the lines that its index needs. */
function add(
  root: string,
  template: string,
  path: string,
  index: string,
  lines: Readonly<Record<string, string>>,
): void {
  const target = join(root, path)
  mkdirSync(join(target, '..'), { recursive: true })
  writeFileSync(target, readFileSync(join(PROJECT, 'e2e/extension', `${template}.txt`)))
  let text = readFileSync(join(root, index), 'utf8')
  for (const [after, line] of Object.entries(lines)) {
    expect(text, `${index} has a line "${after}"`).toContain(after)
    text = text.replace(after, `${after}${line}`)
  }
  writeFileSync(join(root, index), text)
}

function extend(root: string): void {
  add(root, 'kind', 'src/sim/apiserver/kinds/priority-class.ts', 'src/sim/apiserver/kinds/index.ts', {
    "import { podKind } from './pod.ts'": "\nimport { priorityClassKind } from './priority-class.ts'",
    'createKindRegistry([': '\n  priorityClassKind,',
  })
  add(root, 'controller', 'src/sim/controllers/priority-note.ts', 'src/sim/controllers/index.ts', {
    "import { registry } from './runtime/controller.ts'":
      "\nimport { priorityNoteController } from './priority-note.ts'",
    'registry([': '\n  priorityNoteController,',
  })
  add(
    root,
    'scheduler-plugin',
    'src/sim/scheduler/plugins/not-the-first-node.ts',
    'src/sim/scheduler/plugins/index.ts',
    {
      "import { nodeName } from './node-name.ts'":
        "\nimport { notTheFirstNode } from './not-the-first-node.ts'",
      'readonly PluginEntry[] = [': '\n  { plugin: notTheFirstNode, weight: 0 },',
    },
  )
  add(root, 'fault', 'src/sim/faults/rack-down.ts', 'src/sim/faults/index.ts', {
    "import { processDown } from './process-down.ts'": "\nimport { rackDown } from './rack-down.ts'",
    'catalogueOf([': '\n  rackDown,',
  })
  add(root, 'scenario', 'src/scenarios/rack.yaml', 'src/scenarios/index.ts', {
    "'pod-creation': async () => podCreation,": "\n  rack: () => import('./rack.yaml'),",
  })
  add(root, 'view', 'src/projections/writes.ts', 'src/projections/index.ts', {
    "import { trafficView } from './traffic.ts'": "\nimport { writesView } from './writes.ts'",
    'traffic: trafficView,': '\n  writes: writesView,',
  })
  add(root, 'panel', 'src/ui/panels/writes/writes-panel.tsx', 'src/ui/panels/index.ts', {
    "import { StoryPanel } from './story/story-panel.tsx'":
      "\nimport { WritesPanel } from './writes/writes-panel.tsx'",
    'checkPanels([': "\n  { id: 'writes', place: 'drawer', title: () => 'Writes', component: WritesPanel },",
  })
}

/** Runs a tool of node_modules in the copy; what it printed is part of the error when it fails. */
function run(root: string, script: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join('node_modules', script), ...args], {
    cwd: root,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`${script} ${args.join(' ')} failed:\n${stdout}${stderr}`)
  return stdout
}

let root = ''
let server: ReturnType<typeof spawn> | undefined
let address = ''

test.beforeAll(async () => {
  test.setTimeout(300_000)
  root = mkdtempSync(join(tmpdir(), 'vitrine-extended-'))
  for (const name of TOP_LEVEL) cpSync(join(PROJECT, name), join(root, name), { recursive: true })
  symlinkSync(join(PROJECT, 'node_modules'), join(root, 'node_modules'))
  extend(root)
  run(root, 'typescript/bin/tsc', '-p', 'src/sim/tsconfig.json')
  run(root, 'vite/bin/vite.js', 'build')
  const preview = spawn(process.execPath, ['node_modules/vite/bin/vite.js', 'preview', '--port', '0'], {
    cwd: root,
  })
  server = preview
  address = await new Promise<string>((resolve, reject) => {
    let printed = ''
    preview.stdout.on('data', (chunk: Buffer) => {
      // The address is printed in colour.
      printed += stripVTControlCharacters(chunk.toString())
      const found = /http:\/\/[^\s]+/.exec(printed)
      if (found !== null) resolve(found[0])
    })
    preview.on('exit', (code) => reject(new Error(`the preview server ended with ${code}: ${printed}`)))
  })
})

test.afterAll(() => {
  server?.kill()
  rmSync(root, { recursive: true, force: true })
})

test('the import rules hold for the extended sources', () => {
  const printed = run(root, 'tsx/dist/cli.mjs', 'scripts/imports.ts')
  expect(printed).toContain(' 0 violations')
})

test('the added kind, controller, plugin, fault, scenario and panel work on the page', async ({ page }) => {
  await page.goto(`${address}?scenario=rack&lang=en`)
  await page.waitForFunction(() => 'vitrine' in window)
  const seen = await page.evaluate(async () => {
    const { vitrine } = window
    if (vitrine === undefined) throw new Error('the page has no window.vitrine')
    await vitrine.ready
    await vitrine.seek({ step: 'noted' })
    const classes = await vitrine.kubectl('get pc')
    const notes = await vitrine.kubectl('get configmap noted-gold -o name')
    await vitrine.seek({ end: 'head' })
    await vitrine.step('chapter', 1)
    const fault = await vitrine.fault({ fault: 'rack-down', target: 'rack' })
    return { classes, notes, fault, state: await vitrine.state() }
  })
  expect(seen.classes).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/NAME +VALUE +AGE\ngold +1000 /),
  })
  expect(seen.notes).toMatchObject({ exitCode: 0, stdout: 'configmap/noted-gold\n' })
  expect(seen.fault).toMatchObject({ id: expect.stringMatching(/^fault-/) })
  expect(seen.state).toMatchObject({
    hosts: expect.arrayContaining([
      { name: 'node-2', role: 'node', up: false },
      { name: 'node-3', role: 'node', up: false },
    ]),
  })
  await page.getByRole('tab', { name: 'Writes' }).click()
  await expect(page.getByRole('status', { name: 'writes' })).toHaveText(/^[1-9][0-9]+$/)
})

test('the added plugin is part of every scheduling decision', async ({ page }) => {
  await page.goto(`${address}?scenario=pod-creation&step=9&lang=en`)
  const node = await page.evaluate(async () => {
    const { vitrine } = window
    if (vitrine === undefined) throw new Error('the page has no window.vitrine')
    await vitrine.ready
    const { rows } = await vitrine.events({ level: 'story', types: ['schedule'], limit: 10 })
    return rows.map((row) => row.label)
  })
  expect(node).toHaveLength(1)
  expect(node[0]).not.toContain('node-1')
})
