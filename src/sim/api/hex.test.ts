import { expect, test } from 'vitest'
import { hex, hex24, hex32 } from './hex.ts'

test('digits are those of toString, padded where their number is fixed', () => {
  for (const value of [0, 1, 15, 16, 255, 4095, 65_536, 0xff_ffff, 0x1234_5678, 0xffff_ffff]) {
    expect(hex32(value)).toBe(value.toString(16).padStart(8, '0'))
    expect(hex24(value)).toBe((value % 0x100_0000).toString(16).padStart(6, '0'))
    expect(hex(value)).toBe(value.toString(16))
  }
  for (const value of [
    2 ** 32,
    15 * 2 ** 32,
    16 * 2 ** 32,
    105_356_789_123,
    2 ** 40 - 1,
    2 ** 40,
    2 ** 53 - 1,
  ])
    expect(hex(value)).toBe(value.toString(16))
})
