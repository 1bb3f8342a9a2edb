import { expect, test } from 'vitest'
import { findImpurities } from './purity.ts'

const impurities = (text: string): readonly string[] => findImpurities({ path: 'src/sim/a.ts', text })

test.each([
  ['async function f() {}', 'async'],
  ['const f = async () => 1', 'async'],
  ['class A { async f() {} }', 'async'],
  ['const x = await y', 'await'],
  ['for await (const x of y) {}', 'for await'],
  ['const x = Math.random()', 'Math'],
  ['const x = Math.pow(2, y)', 'Math'],
  ['const f = (x: number) => Math["exp"](x)', 'Math'],
  ['const { log } = Math', 'Math'],
  ['const m = Math', 'Math'],
  ['const x = y ** 3', '**'],
  ['let x = 1; x **= 3', '**='],
  ['const x = a.localeCompare(b)', 'localeCompare'],
  ['const x = n.toLocaleString()', 'toLocaleString'],
  ['const x = s?.toLocaleUpperCase()', 'toLocaleUpperCase'],
  ['let x = 1', 'let of a module'],
  ['export let x = 1', 'let of a module'],
  ['var x = 1', 'var of a module'],
  ['const x = new Map<string, number>()', 'mutable collection'],
  ['export const x = { of: new Set() }', 'mutable collection'],
  ['const x = new WeakMap()', 'say `// cache: …`'],
  ['// A cache.\nconst x = new WeakMap()', 'say `// cache: …`'],
  ['// cache: y\nconst y = 1\nconst x = new WeakMap()', 'say `// cache: …`'],
  ['// cache: y\nconst x = new Map()', 'mutable collection'],
  ['// cache: y\nconst x: string[] = []; const f = () => { x[0] = "a" }', 'x lives as long'],
  [
    '// cache: y\nconst y: string[] = []; const x: string[] = []; const f = () => { x[0] = "a" }',
    'x lives as long',
  ],
  ['class A { static x = 1 }', 'static property'],
  ['class A { static readonly x = new Map() }', 'static collection'],
  ['const x: string[] = []; function f() { x.push("a") }', 'x lives as long'],
  ['const x = [2, 1]; const y = x.sort()', 'x lives as long'],
  ['const x = { n: 1 }; const f = () => { x.n = 2 }', 'x lives as long'],
  ['const x = { n: 1 }; const f = () => { x.n++ }', 'x lives as long'],
  ['const x = { of: [1] }; const f = () => { x.of[0] = 2 }', 'x lives as long'],
  ['const x: { n?: number } = {}; const f = () => { delete x.n }', 'x lives as long'],
  ['import { x } from "./b.ts"; const f = () => { x.n = 2 }', 'x lives as long'],
])('refused: %s', (text, message) => {
  expect(impurities(text)).toContainEqual(expect.stringContaining(message))
})

test.each([
  ['const x = Math.floor(1.5) + Math.imul(2, 3) + Math.sqrt(4)'],
  ['const limit = 2 ** 32'],
  ['const x: ReadonlyMap<string, number> = new Map()'],
  ['const x = new Set(["a"]) as ReadonlySet<string>'],
  ['// cache: what was parsed, by its text\nconst x = new WeakMap()'],
  ['// cache: what was parsed, by its text\nexport const x = new WeakMap()'],
  ['// cache: what was made last, at most ten\nconst x: string[] = []; const f = () => { x[0] = "a" }'],
  ['// cache: y by its name, at most ten\nconst x = new Map()'],
  ['const make = () => new Map()'],
  ['function f() { let x = 1; x++; const m = new Map(); return m.set(x, 1) }'],
  ['class A { readonly #m = new Map(); static readonly x = 1 }'],
  ['const x = [1]; const f = (x: number[]) => x.push(2)'],
  ['const x = [1]; const f = () => { const x = [2]; x.push(3) }'],
  ['const x = [1]; const y = [...x].sort()'],
  ['const s = "async await Math.random new Map()" // let x = Math.random()'],
])('allowed: %s', (text) => {
  expect(impurities(text)).toEqual([])
})

test('a finding tells its file and line', () => {
  expect(impurities('\n\nlet x = 1')[0]).toMatch(/^src\/sim\/a\.ts:3: /)
})
