// Two of the planted bugs are looked for with every change, each built into the command line as a user would have it.
// `npm run vitrine -- fuzz --planted all` looks for all of them.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const program = join(import.meta.dirname, '../../../scripts/vitrine.mjs')

test.each([
  ['pod-bound-twice', 'pod-bound-once'],
  ['etcd-reuses-revisions', 'etcd-linearizable'],
])('%s is found by %s', { timeout: 300_000 }, (name, check) => {
  const args = ['fuzz', '--planted', name, '--seeds', '5', '--jobs', '1', '--json']
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' })
  expect(status, stderr).toBe(0)
  expect(JSON.parse(stdout).violations).toMatchObject([{ seed: 1, check }])
})
