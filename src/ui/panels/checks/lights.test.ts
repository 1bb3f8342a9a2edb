import { expect, test } from 'vitest'
import type { CheckEntry } from '../../../worker/protocol.ts'
import { lightsOf } from './lights.ts'

const text = { en: 'x', 'zh-CN': 'x' }
const entry = (name: string): CheckEntry => ({ name, title: text, explains: text, settles: false })
const broken = (name: string, seq: number) => ({ name, times: 1, message: '', at: seq, seq })

test('what was violated first is at the top, and the rest keeps its order', () => {
  const lights = lightsOf(['a', 'b', 'c', 'd'].map(entry), [broken('d', 5), broken('b', 9)])
  expect(lights.map((light) => `${light.entry.name} ${light.broken?.seq ?? '-'}`)).toEqual([
    'd 5',
    'b 9',
    'a -',
    'c -',
  ])
})
