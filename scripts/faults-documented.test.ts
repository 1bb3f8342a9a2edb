// The README names every fault of the catalogue and every parameter, in both languages, and no other.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { faults } from '../src/sim/faults/index.ts'

test.each([
  ['README.md', '## Faults', '## Random testing'],
  ['README.zh-CN.md', '## 故障', '## 随机测试'],
])('%s', (file, from, to) => {
  const text = readFileSync(`${import.meta.dirname}/../${file}`, 'utf8')
  const table = text.slice(text.indexOf(`${from}\n`), text.indexOf(`${to}\n`))
  const cells = table.split('\n').filter((line) => line.startsWith('| '))
  const named = cells.flatMap((line) =>
    [...line.split('|')[2]!.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  )
  const known = [...faults.values()].flatMap(({ name, parameters }) => [name, ...Object.keys(parameters)])
  expect([...new Set(named)].sort()).toEqual([...new Set(known)].sort())
})
