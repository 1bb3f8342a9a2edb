// Finds a Chromium for the end-to-end tests and, when there is none, gets one. Shared by `npm test`, which may install,
// and by playwright.config.ts, which only looks. Uses only Node.js built-ins until it asks Playwright.

import { spawnSync } from 'node:child_process'
import { accessSync, constants, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { root } from './install.mjs'

const installLimit = 10 * 60_000
const names = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'chromium-headless-shell',
]

/** @param {string} file */
const isExecutable = (file) => {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** @param {string} file */
const starts = (file) =>
  isExecutable(file) && spawnSync(file, ['--version'], { stdio: 'ignore', timeout: 60_000 }).status === 0

/** Playwright's own, at the exact build its protocol was tested with. */
function ofPlaywright() {
  const { chromium } = createRequire(join(root, 'package.json'))('@playwright/test')
  return starts(chromium.executablePath()) ? 'playwright' : undefined
}

const onPath = () =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((directory) => names.map((name) => join(directory, name)))
    .find(starts)

/**
 * @returns {string | undefined} the path of a browser that starts, or `playwright` for the one that Playwright finds
 *   by itself
 * @throws when VITRINE_CHROMIUM names something that does not start: a wrong setting must not be passed over
 */
export function findChromium() {
  const chosen = process.env.VITRINE_CHROMIUM
  if (chosen === 'playwright') return chosen
  if (chosen !== undefined && chosen !== '') {
    if (starts(chosen)) return chosen
    throw new Error(`VITRINE_CHROMIUM=${chosen} does not start. Correct it, or unset it to have one found.`)
  }
  return ofPlaywright() ?? onPath()
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 */
function run(command, args) {
  console.log(`$ ${command} ${args.join(' ')}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return spawnSync(command, args, { cwd: root, stdio: 'inherit', env, timeout: installLimit }).status === 0
}

/** The download first: where it is out of reach, its system libraries would be installed for nothing. */
function installWithPlaywright() {
  const cli = join(root, 'node_modules', '@playwright', 'test', 'cli.js')
  const { status } = spawnSync(process.execPath, [cli, 'install', 'chromium'], {
    stdio: 'ignore',
    timeout: installLimit,
  })
  if (status === 0) return run(process.execPath, [cli, 'install-deps', 'chromium'])
  console.log("Playwright's own Chromium cannot be downloaded here.")
  return false
}

function isDebian() {
  try {
    return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync('/etc/os-release', 'utf8'))
  } catch {
    return false
  }
}

function installWithApt() {
  if (!isDebian()) return false
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n', '--preserve-env=DEBIAN_FRONTEND']
  /** @param {readonly string[]} args */
  const apt = (args) => {
    const [command = 'apt-get', ...rest] = [...sudo, 'apt-get', ...args]
    return run(command, rest)
  }
  return (
    apt(['update']) &&
    apt([
      'install',
      '-y',
      '--no-install-recommends',
      '-o',
      'DPkg::Lock::Timeout=300',
      'chromium',
      'fonts-noto-cjk',
    ])
  )
}

/** @returns {string} as `findChromium` */
export function ensureChromium() {
  const present = findChromium()
  if (present !== undefined) return present
  console.log('No Chromium found; installing one for the end-to-end tests.')
  const attempts = [installWithPlaywright, installWithApt]
  for (const attempt of attempts) {
    attempt()
    const found = findChromium()
    if (found !== undefined) return found
  }
  throw new Error(
    'The end-to-end tests need a Chromium, and none could be installed. Install chromium or Google Chrome so that it ' +
      'is on the PATH, or set VITRINE_CHROMIUM to its executable, then run npm test again.',
  )
}
