// Flags as kubectl's command line library (pflag) takes them: `--name value`, `--name=value`, `-n value`, `-nvalue`,
// `-it`; `--` ends them.
import { failure } from './failure.ts'

export interface FlagSpec {
  readonly name: string
  readonly short?: string
  readonly type: 'bool' | 'text' | 'list' | 'number'
  /** What the flag means without a value; bools have `true`. */
  readonly bare?: string
}

export interface Flags {
  has(name: string): boolean
  /** The empty string where it is not given. */
  text(name: string): string
  bool(name: string, missing?: boolean): boolean
  list(name: string): readonly string[]
  number(name: string): number | undefined
}

export interface ParsedLine {
  readonly args: readonly string[]
  readonly flags: Flags
  /** What follows `--`; null where there is none. */
  readonly rest: readonly string[] | null
}

export const flag = (name: string, type: FlagSpec['type'] = 'text', short = '', bare = ''): FlagSpec => ({
  name,
  type,
  ...(short === '' ? {} : { short }),
  ...(bare === '' ? {} : { bare }),
})

export const GLOBAL_FLAGS: readonly FlagSpec[] = [
  flag('namespace', 'text', 'n'),
  flag('help', 'bool', 'h'),
  flag('v', 'number', 'v'),
]

const BOOLS: Readonly<Record<string, boolean>> = {
  true: true,
  false: false,
  '1': true,
  '0': false,
  t: true,
  f: false,
}

export function parseFlags(
  command: string,
  words: readonly string[],
  specs: readonly FlagSpec[],
): ParsedLine {
  const values: Record<string, string[]> = {}
  const args: string[] = []
  const all = [...specs, ...GLOBAL_FLAGS]
  const set = (spec: FlagSpec, value: string): void => {
    check(spec, value)
    const before = values[spec.name]
    if (before === undefined || spec.type !== 'list') values[spec.name] = [value]
    else before.push(value)
  }
  let i = 0
  const take = (written: string, spec: FlagSpec): string => {
    const bare = spec.type === 'bool' ? 'true' : spec.bare
    if (bare !== undefined) return bare
    const next = words[++i]
    if (next === undefined)
      throw failure(`flag needs an argument: ${written}\nSee '${command} --help' for usage.`)
    return next
  }
  for (; i < words.length; i++) {
    const word = words[i] ?? ''
    if (word === '--') return { args, flags: flagsOf(values), rest: words.slice(i + 1) }
    if (word.startsWith('--')) {
      const equals = word.indexOf('=')
      const name = equals < 0 ? word.slice(2) : word.slice(2, equals)
      const spec = all.find((candidate) => candidate.name === name)
      if (spec === undefined) throw failure(`unknown flag: --${name}\nSee '${command} --help' for usage.`)
      set(spec, equals < 0 ? take(`--${name}`, spec) : word.slice(equals + 1))
    } else if (word.startsWith('-') && word !== '-') {
      for (let at = 1; at < word.length; at++) {
        const letter = word.charAt(at)
        const spec = all.find((candidate) => candidate.short === letter)
        if (spec === undefined)
          throw failure(`unknown shorthand flag: '${letter}' in ${word}\nSee '${command} --help' for usage.`)
        const tail = word.slice(at + 1)
        if (spec.type === 'bool' && !tail.startsWith('=')) set(spec, 'true')
        else {
          set(spec, tail === '' ? take(`'${letter}' in ${word}`, spec) : tail.replace(/^=/, ''))
          break
        }
      }
    } else args.push(word)
  }
  return { args, flags: flagsOf(values), rest: null }
}

function check(spec: FlagSpec, value: string): void {
  const name = spec.short === undefined ? `--${spec.name}` : `-${spec.short}, --${spec.name}`
  const bad = (why: string): Error => failure(`invalid argument "${value}" for "${name}" flag: ${why}`)
  if (spec.type === 'bool' && boolOf(value) === undefined)
    throw bad(`strconv.ParseBool: parsing "${value}": invalid syntax`)
  if (spec.type === 'number' && !/^-?\d+$/.test(value))
    throw bad(`strconv.ParseInt: parsing "${value}": invalid syntax`)
  if (spec.type === 'number' && Math.abs(Number(value)) > MAX_INT)
    throw bad(`strconv.ParseInt: parsing "${value}": value out of range`)
}

/** pflag's integers have 64 bits; what is beyond this many is not exact here. */
const MAX_INT = Number.MAX_SAFE_INTEGER

const boolOf = (value: string): boolean | undefined =>
  Object.hasOwn(BOOLS, value) ? BOOLS[value] : undefined

function flagsOf(values: Readonly<Record<string, readonly string[]>>): Flags {
  const last = (name: string): string | undefined => values[name]?.at(-1)
  return {
    has: (name) => values[name] !== undefined,
    text: (name) => last(name) ?? '',
    bool: (name, missing = false) => boolOf(last(name) ?? '') ?? missing,
    list: (name) => values[name] ?? [],
    number(name) {
      const value = last(name)
      return value === undefined ? undefined : Number(value)
    },
  }
}
