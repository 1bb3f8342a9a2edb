import { expect, it } from 'vitest'
import { remembering } from './remembering.ts'

const boxes = (most: number) => remembering(most, (key: string) => ({ key }))

it('hands out the same value for the same key', () => {
  const boxOf = boxes(2)
  expect(boxOf('a')).toBe(boxOf('a'))
  expect(boxOf('b')).toEqual({ key: 'b' })
  expect(boxOf('b')).not.toBe(boxOf('a'))
})

it('keeps no more than it may', () => {
  const boxOf = boxes(2)
  const first = boxOf('a')
  boxOf('b')
  expect(boxOf('a')).toBe(first)
  boxOf('c')
  expect(boxOf('a')).not.toBe(first)
  expect(boxOf('a')).toEqual(first)
})
