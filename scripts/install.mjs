// Brings node_modules in line with package-lock.json, and does nothing when it already is. Only Node.js built-ins.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean, link?: boolean }> | undefined}
 */
const lockedPackages = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages
  } catch {
    return undefined
  }
}

/**
 * npm records what it installed in node_modules/.package-lock.json. Optional packages are those of other platforms,
 * so their absence proves nothing.
 * @param {string} directory of package.json
 */
export function isInstalled(directory) {
  const wanted = lockedPackages(join(directory, 'package-lock.json'))
  const present = lockedPackages(join(directory, 'node_modules', '.package-lock.json'))
  if (wanted === undefined) throw new Error(`There is no readable package-lock.json in ${directory}.`)
  if (present === undefined) return false
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || optional === true || present[path]?.version === version,
  )
}

export function ensureInstalled() {
  if (isInstalled(root)) return
  console.log('Installing the dependencies (npm ci)…')
  const { status, error } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (status !== 0)
    throw new Error(`npm ci failed${error ? `: ${error.message}` : ''}. Is the package registry reachable?`)
}
