import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  milliValue,
  parseQuantity,
  quantity,
  storedQuantity,
  subtractQuantities,
  unitValue,
} from './quantity.ts'

// Each row is a text and its canonical form; the rows follow upstream's TestQuantityParse and TestQuantityString.
test.each([
  ['0', '0'],
  ['0Ki', '0'],
  ['-0', '0'],
  ['1', '1'],
  ['8Ki', '8Ki'],
  ['7Mi', '7Mi'],
  ['5Ti', '5Ti'],
  ['3Ei', '3Ei'],
  ['1000m', '1'],
  ['100m', '100m'],
  ['0.1', '100m'],
  ['1.5', '1500m'],
  ['1.5Gi', '1536Mi'],
  ['0.5Mi', '512Ki'],
  ['0.05Gi', '53687091200m'],
  ['512Ki', '512Ki'],
  ['1024', '1024'],
  ['1024Ki', '1Mi'],
  ['1000k', '1M'],
  ['100.035k', '100035'],
  ['0.0005k', '500m'],
  ['6.987654321G', '6987654321'],
  ['1.01E', '1010P'],
  ['12E', '12E'],
  ['50k', '50k'],
  ['1E-3', '1e-3'],
  ['1e3', '1e3'],
  ['1E6', '1e6'],
  ['1e14', '100e12'],
  ['0.5e-1', '50e-3'],
  ['1.3E+6', '1300e3'],
  ['1e0', '1'],
  ['3.001n', '4n'],
  ['0.0000000001', '1n'],
  ['-0.0000000001', '-1n'],
  ['0.00000012345', '124n'],
  ['1.1E-9', '2e-9'],
  ['9Ei', '9223372036854775807'],
  ['0.000000000001Ki', '2n'],
  ['.001', '1m'],
  ['1.', '1'],
  ['1.G', '1G'],
  ['-1.5Gi', '-1536Mi'],
  ['1Ki', '1Ki'],
  ['0.25Ki', '256'],
  ['+5', '5'],
  ['Mi', '0'],
])('%s is stored as %s', (text, canonical) => {
  expect(canonicalQuantity(text)).toBe(canonical)
})

test.each([
  ['', 'regular expression'],
  [' 1', 'regular expression'],
  ['1 ', 'regular expression'],
  ['1.1.M', 'regular expression'],
  ['1+1.0M', 'regular expression'],
  ['0.1mi', 'suffix'],
  ['0.1am', 'regular expression'],
  ['aoeu', 'regular expression'],
  ['1i', 'suffix'],
  ['-3.01i', 'suffix'],
  ['1KiB', 'regular expression'],
])('%j is refused', (text, part) => {
  expect(parseQuantity(text)).toEqual({ error: expect.stringContaining(part) })
})

test.each([
  ['100m', 100, 1],
  ['2', 2000, 2],
  ['0.5', 500, 1],
  ['1500m', 1500, 2],
  ['64Mi', 67_108_864_000, 67_108_864],
  ['16Gi', 17_179_869_184_000, 17_179_869_184],
  ['1e3', 1_000_000, 1000],
  ['110', 110_000, 110],
  ['100u', 1, 1],
  ['20Ti', 21_990_232_555_520_000, 21_990_232_555_520],
])('%s is %d thousandths and %d units', (text, milli, units) => {
  expect(milliValue(text)).toBe(milli)
  expect(unitValue(text)).toBe(units)
})

test('arithmetic keeps the format of the first that is not zero', () => {
  expect(formatQuantity(addQuantities(quantity('1Gi'), quantity('512Mi')))).toBe('1536Mi')
  expect(formatQuantity(addQuantities(quantity('0'), quantity('2Ki')))).toBe('2Ki')
  expect(formatQuantity(subtractQuantities(quantity('1'), quantity('250m')))).toBe('750m')
  expect(compareQuantities(quantity('1'), quantity('1000m'))).toBe(0)
  expect(compareQuantities(quantity('1Mi'), quantity('1M'))).toBe(1)
  expect(compareQuantities(quantity('-1'), quantity('1n'))).toBe(-1)
})

test('the canonical form parses to the same value, and is its own canonical form', () => {
  const suffixes = ['', 'n', 'u', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e3', 'E-3'] as const
  const text = fc
    .tuple(fc.bigInt(-999_999n, 999_999n), fc.constantFrom(...suffixes))
    .map(([n, s]) => `${n}${s}`)
  fc.assert(
    fc.property(text, (value) => {
      const canonical = formatQuantity(quantity(value))
      expect(quantity(canonical).nano).toBe(quantity(value).nano)
      expect(canonicalQuantity(canonical)).toBe(canonical)
    }),
  )
})

// A text that upstream takes for canonical is stored as it came; lists of resources round up to thousandths.
test.each([
  ['1.500', '1.500', '1.500'],
  ['1.5', '1500m', '1500m'],
  ['0.500', '500m', '500m'],
  ['+2k', '+2k', '+2k'],
  ['025', '025', '025'],
  ['1000m', '1', '1'],
  ['1E6', '1E6', '1E6'],
  ['1001Gi', '1001Gi', '1001Gi'],
  ['1024Mi', '1Gi', '1Gi'],
  ['01536Mi', '1536Mi', '1536Mi'],
  ['150u', '150u', '1m'],
  ['-150u', '-150u', '-1m'],
  ['100n', '100n', '1m'],
  [' 1 ', '1', '1'],
])('%j is stored as %s, and as %s in a list of resources', (text, alone, inList) => {
  expect(storedQuantity(text, false)).toEqual({ text: alone })
  expect(storedQuantity(text, true)).toEqual({ text: inList })
})

test.each(['Pi', '-.Ei', '.e-10'])('%s has no number, and is too large or small to pass for zero', (text) => {
  expect(storedQuantity(text, true)).toEqual({ error: 'unable to parse numeric part of quantity' })
})
