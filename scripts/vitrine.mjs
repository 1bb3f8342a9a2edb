#!/usr/bin/env node
// `npm run vitrine -- …` and `npx vitrine …`: bundles the command line when a source has changed since the last time,
// and runs it. A bundle is kept in .cache under a key made from the sources' names, sizes and times.

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { ensureInstalled, root } from './install.mjs'

/** What the command line is made from; the page's own parts are not among it. */
const sources = ['sim', 'projections', 'scenarios', 'kubectl', 'checks', 'session', 'worker', 'fuzz', 'cli']
const configuration = [
  'package-lock.json',
  'scripts/command-line.config.ts',
  'scripts/planted-bug.ts',
  'scripts/scenario-modules.ts',
]
const kept = join(root, '.cache', 'cli')

/** The bug that is asked for in `fuzz --planted NAME`, which is built in. What is no name is left to the command line. */
function plantedBug() {
  const [command, ...args] = process.argv.slice(2)
  const at = args.findIndex((arg) => arg === '--planted' || arg.startsWith('--planted='))
  if (command !== 'fuzz' || at < 0) return undefined
  const name = args[at]?.slice('--planted='.length) || args[at + 1]
  return name !== undefined && name !== 'all' && isPlanted(name) ? name : undefined
}

/** @param {string} name */
function isPlanted(name) {
  const directory = join(root, 'src', 'fuzz', 'planted')
  const texts = readdirSync(directory).map((file) => readFileSync(join(directory, file), 'utf8'))
  return /^[a-z-]+$/.test(name) && texts.some((text) => text.includes(`name: '${name}',`))
}

/** @param {string | undefined} planted */
function keyOfSources(planted) {
  const hash = createHash('sha256').update(`${planted ?? ''}\n`)
  /** @param {string} path */
  const add = (path) => {
    const { mtimeMs, size } = statSync(path)
    hash.update(`${path}\n${size}\n${mtimeMs}\n`)
  }
  for (const name of configuration) add(join(root, name))
  for (const source of sources) {
    const directory = join(root, 'src', source)
    const entries = readdirSync(directory, { recursive: true, withFileTypes: true })
    const files = entries.filter((entry) => entry.isFile() && /(?<!\.test)\.(ts|yaml)$/.test(entry.name))
    for (const path of files.map(({ parentPath, name }) => join(parentPath, name)).sort()) add(path)
  }
  return hash.digest('hex').slice(0, 16)
}

/**
 * @param {string} directory
 * @param {string | undefined} planted
 */
async function bundle(directory, planted) {
  const { build } = await import('vite')
  const unfinished = `${directory}.${process.pid}`
  mkdirSync(kept, { recursive: true })
  if (planted === undefined) delete process.env.VITRINE_PLANTED
  else process.env.VITRINE_PLANTED = planted
  await build({
    configFile: join(root, 'scripts', 'command-line.config.ts'),
    build: { outDir: unfinished },
  })
  removeOldBundles()
  try {
    renameSync(unfinished, directory)
  } catch (error) {
    // Another run was faster with the same sources.
    rmSync(unfinished, { recursive: true, force: true })
    if (!existsSync(directory)) throw error
  }
}

/** What another run may still be using is left alone. */
function removeOldBundles() {
  const old = Date.now() - 3_600_000
  for (const path of readdirSync(kept).map((name) => join(kept, name)))
    if (statSync(path).mtimeMs < old) rmSync(path, { recursive: true, force: true })
}

ensureInstalled()
const planted = plantedBug()
const directory = join(kept, keyOfSources(planted))
if (!existsSync(directory)) {
  if (process.stderr.isTTY) process.stderr.write('Building the command line…\n')
  try {
    await bundle(directory, planted)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    console.error('vitrine: the command line could not be built from the sources.')
    process.exit(1)
  }
}
// V8 learns for each place in the code whether its objects grow old, and makes them among the old ones from then on. The
// start of a large cluster, with thousands of requests that wait, teaches it wrongly, and it does not learn again: a third
// of the time would go into collecting what was short-lived.
setFlagsFromString('--no-allocation-site-pretenuring')
await import(pathToFileURL(join(directory, 'main.js')).href)
