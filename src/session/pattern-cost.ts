// Whether a regular expression from a scenario file may be run at all: each engine tries every way to match, and a few
// signs are enough to give it more ways than there is time for. A bound on the ways, without running it.
import { LIMITS } from './limits.ts'

/** Ways to choose, besides the one repetition whose length the text bounds. */
const MAX_WAYS = 64

/** Why the pattern is refused; undefined when it is fine. */
export function patternProblem(source: string): string | undefined {
  if (source.length > LIMITS.pattern) return `is longer than ${LIMITS.pattern} characters`
  try {
    new RegExp(source)
  } catch {
    return 'is not a regular expression'
  }
  if (/\(\?(?!:)/.test(source)) return 'has a lookaround or a named group, which are not supported here'
  if (/\\[1-9k]/.test(source)) return 'refers back to a group, which is not supported here'
  return costProblem(source)
}

interface Group {
  alternatives: number
  /** Something in it may match in more than one way. */
  choices: boolean
}

function costProblem(source: string): string | undefined {
  const groups: Group[] = [{ alternatives: 1, choices: false }]
  let closed: Group | null = null
  let repetitions = 0
  let ways = 1
  for (let at = 0; at < source.length; at++) {
    const sign = source.charAt(at)
    const inner = groups[groups.length - 1] ?? { alternatives: 1, choices: false }
    const before = closed
    closed = null
    if (sign === '\\') at++
    else if (sign === '[') at = endOfClass(source, at)
    else if (sign === '(') groups.push({ alternatives: 1, choices: false })
    else if (sign === '|') inner.alternatives++
    else if (sign === ')') {
      closed = groups.pop() ?? null
      if (closed !== null) ways *= closed.alternatives
      const outer = groups[groups.length - 1]
      if (closed !== null && outer !== undefined) outer.choices ||= closed.choices || closed.alternatives > 1
    } else if ('*+?{'.includes(sign) && !isMark(source, at)) {
      const isRepeated = sign !== '?'
      if (before !== null && isRepeated && (before.choices || before.alternatives > 1))
        return 'repeats a group that has a repetition or alternatives in it'
      inner.choices = true
      if (isRepeated) repetitions++
      else if (!'*+?}'.includes(source.charAt(at - 1))) ways *= 2
    }
  }
  if (repetitions > 1) return 'has more than one repetition (*, + or {})'
  return ways > MAX_WAYS ? 'has too many alternatives' : undefined
}

/** `(?:` begins a group: its question mark repeats nothing. */
const isMark = (source: string, at: number): boolean =>
  source.charAt(at) === '?' && source.charAt(at - 1) === '(' && source.charAt(at - 2) !== '\\'

function endOfClass(source: string, start: number): number {
  let at = start + 1
  while (at < source.length && source.charAt(at) !== ']') at += source.charAt(at) === '\\' ? 2 : 1
  return at
}
