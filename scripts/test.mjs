// `npm test`: installs what is missing, runs every check even when one fails, and ends with one line of counts.

import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ensureChromium } from './chromium.mjs'
import { countCheck, countPlaywright, countVitest } from './counts.mjs'
import { ensureInstalled, root } from './install.mjs'

const reports = join(root, '.cache')
const unitReport = join(reports, 'unit.json')
const e2eReport = join(reports, 'e2e.json')

/**
 * @param {string} script of package.json
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
const npm = (script, args = [], env = {}) =>
  spawnSync('npm', ['run', '--silent', script, ...(args.length > 0 ? ['--', ...args] : [])], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, ...env },
  }).status

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function unit() {
  const status = npm('unit', ['--reporter=default', '--reporter=json', `--outputFile.json=${unitReport}`])
  return countVitest(read(unitReport), status)
}

function endToEnd() {
  const env = { VITRINE_CHROMIUM: ensureChromium(), PLAYWRIGHT_JSON_OUTPUT_FILE: e2eReport }
  const status = npm('e2e:built', ['--reporter=list,json'], env)
  return countPlaywright(read(e2eReport), status)
}

/** @type {readonly { readonly title: string, readonly run: () => import('./counts.mjs').Counts }[]} */
const checks = [
  { title: 'Format and lint', run: () => countCheck(npm('lint')) },
  { title: 'Types', run: () => countCheck(npm('typecheck')) },
  { title: 'Import rules', run: () => countCheck(npm('imports')) },
  { title: 'Dead code', run: () => countCheck(npm('deadcode')) },
  { title: 'Unit tests', run: unit },
  { title: 'Build', run: () => countCheck(npm('build')) },
  { title: 'Bundle size', run: () => countCheck(npm('size')) },
  { title: 'End-to-end tests', run: endToEnd },
]

/** @param {(typeof checks)[number]} check */
function runCheck({ title, run }) {
  console.log(`\n=== ${title}`)
  const startedAt = performance.now()
  const attempt = () => {
    try {
      return run()
    } catch (error) {
      console.error(error instanceof Error ? error.message : error)
      return { passed: 0, failed: 1 }
    }
  }
  const counts = attempt()
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  console.log(`--- ${title}: ${counts.failed === 0 ? 'passed' : 'FAILED'} in ${seconds} s`)
  return { title, seconds, ...counts }
}

ensureInstalled()
// A report or a page of an earlier run must not stand in for one that this run fails to make.
for (const stale of [reports, join(root, 'dist')]) rmSync(stale, { recursive: true, force: true })
mkdirSync(reports, { recursive: true })

const results = checks.map(runCheck)
console.log('\n=== Summary')
for (const { title, seconds, passed, failed } of results)
  console.log(
    `${failed === 0 ? 'pass' : 'FAIL'}  ${title.padEnd(18)}${seconds.padStart(7)} s`.padEnd(36),
    `${passed} passed, ${failed} failed`,
  )
const passed = results.reduce((sum, result) => sum + result.passed, 0)
const failed = results.reduce((sum, result) => sum + result.failed, 0)
console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
