// `npm start [-- --port N]`: on a fresh clone, installs, builds and serves the page on this machine only.

import { createServer } from 'node:net'
import { parseArgs } from 'node:util'
import { ensureInstalled, root } from './install.mjs'

const preferredPort = 4173

const usage = 'Usage: npm start -- [--port N]'

/** @param {readonly string[]} args */
function readArgs(args) {
  try {
    return parseArgs({ args: [...args], options: { port: { type: 'string' } } }).values
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n${usage}`)
  }
}

/** @param {readonly string[]} args */
function portOf(args) {
  const values = readArgs(args)
  if (values.port === undefined) return undefined
  const port = Number(values.port)
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new Error(
      `--port ${values.port}: expected a number from 1 to 65535, as in "npm start -- --port 8080".`,
    )
  return port
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
const isFree = (port) =>
  new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })

const asked = portOf(process.argv.slice(3))
if (asked !== undefined && !(await isFree(asked)))
  throw new Error(`Port ${asked} is in use. Stop what uses it, or choose another: npm start -- --port N`)

ensureInstalled()
console.log('Building the page…')
const { build, preview } = await import('vite')
await build({ root, logLevel: 'warn' })
const port = asked ?? ((await isFree(preferredPort)) ? preferredPort : 0)
const server = await preview({ root, logLevel: 'warn', preview: { port, strictPort: asked !== undefined } })
const address = server.httpServer.address()
if (address === null || typeof address === 'string') throw new Error('The server has no port.')
console.log(`\nVitrine is at http://127.0.0.1:${address.port}/  (Ctrl+C stops it)`)
