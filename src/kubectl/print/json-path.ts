// JSONPath templates as kubectl has them: `{.items[*].metadata.name}`, `{range .items[*]}…{end}`, `{"\n"}`, filters
// `[?(@.type=="Ready")]`, recursive `..name`. Models client-go/util/jsonpath. Left out: unions of names, steps in slices.
import type { Json } from '../../sim/api/json.ts'
import { isJsonArray, isJsonObject } from '../../sim/api/json.ts'

type Node =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'path'; readonly steps: readonly Step[] }
  | { readonly type: 'range'; readonly steps: readonly Step[]; readonly body: readonly Node[] }

type Step =
  | { readonly step: 'field'; readonly name: string }
  | { readonly step: 'all' }
  | { readonly step: 'descend'; readonly name: string }
  | { readonly step: 'slice'; readonly from: number | null; readonly to: number | null }
  | { readonly step: 'index'; readonly index: number }
  | {
      readonly step: 'filter'
      readonly left: readonly Step[]
      readonly operator: string
      readonly right: Json
    }

export type JsonPathResult = { readonly text: string } | { readonly error: string }

/** `..a..a..a` finds the same things over and over: the number grows with the power of the steps. */
const MAX_VALUES = 200_000

class TemplateError extends Error {}

export function evaluateJsonPath(template: string, root: Json): JsonPathResult {
  try {
    const parts = splitTemplate(template)
    const { nodes, rest } = parseNodes(parts, 0, false)
    if (rest < parts.length) throw new TemplateError('not in range, nothing to end')
    return { text: render(nodes, root) }
  } catch (error) {
    if (error instanceof TemplateError) return { error: error.message }
    throw error
  }
}

interface Part {
  readonly action: boolean
  readonly text: string
}

function splitTemplate(template: string): readonly Part[] {
  const parts: Part[] = []
  let at = 0
  while (at < template.length) {
    const open = template.indexOf('{', at)
    if (open < 0) {
      parts.push({ action: false, text: template.slice(at) })
      break
    }
    if (open > at) parts.push({ action: false, text: template.slice(at, open) })
    const close = closingBrace(template, open)
    parts.push({ action: true, text: template.slice(open + 1, close).trim() })
    at = close + 1
  }
  return parts
}

function closingBrace(template: string, open: number): number {
  let quote = ''
  for (let i = open + 1; i < template.length; i++) {
    const character = template.charAt(i)
    if (quote !== '') {
      if (character === '\\') i++
      else if (character === quote) quote = ''
    } else if (character === '"' || character === "'") quote = character
    else if (character === '}') return i
  }
  throw new TemplateError('unclosed action')
}

function parseNodes(parts: readonly Part[], from: number, inRange: boolean): { nodes: Node[]; rest: number } {
  const nodes: Node[] = []
  let at = from
  while (at < parts.length) {
    const part = parts[at]
    if (part === undefined) break
    at++
    if (!part.action) nodes.push({ type: 'text', text: part.text })
    else if (part.text === 'end') {
      if (!inRange) throw new TemplateError('not in range, nothing to end')
      return { nodes, rest: at }
    } else if (part.text.startsWith('range ')) {
      const inner = parseNodes(parts, at, true)
      nodes.push({ type: 'range', steps: parsePath(part.text.slice(6).trim()), body: inner.nodes })
      at = inner.rest
    } else if (/^["']/.test(part.text)) nodes.push({ type: 'text', text: unquote(part.text) })
    else nodes.push({ type: 'path', steps: parsePath(part.text) })
  }
  if (inRange) throw new TemplateError('unterminated range')
  return { nodes, rest: at }
}

function unquote(text: string): string {
  const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }
  return text.slice(1, -1).replace(/\\(.)/g, (_all, character: string) => escapes[character] ?? character)
}

function parsePath(text: string): readonly Step[] {
  const steps: Step[] = []
  let rest = text.replace(/^[$@]/, '')
  if (/^[A-Za-z_]/.test(rest)) rest = `.${rest}`
  while (rest !== '') {
    const match =
      /^(?:\.\.([A-Za-z0-9_/-]+)|\.((?:\\.|[^.[\]\\])+)|\.(?=\[|$)|\[([^\]]*\)|'[^']*'|"[^"]*"|[^\]]*)\])/.exec(
        rest,
      )
    if (match === null) throw new TemplateError(`unrecognized character in action: ${rest}`)
    const [all, deep, field, bracket] = match
    if (deep !== undefined) steps.push({ step: 'descend', name: deep })
    else if (field !== undefined)
      steps.push(field === '*' ? { step: 'all' } : { step: 'field', name: field.replace(/\\(.)/g, '$1') })
    else if (bracket !== undefined) steps.push(parseBracket(bracket.trim()))
    rest = rest.slice(all.length)
  }
  return steps
}

function parseBracket(text: string): Step {
  if (text === '*') return { step: 'all' }
  if (/^-?\d+$/.test(text)) return { step: 'index', index: Number(text) }
  if (/^['"]/.test(text)) return { step: 'field', name: text.slice(1, -1) }
  const slice = /^(-?\d*):(-?\d*)$/.exec(text)
  if (slice !== null) return { step: 'slice', from: numberOrNull(slice[1]), to: numberOrNull(slice[2]) }
  return parseFilter(text)
}

/** `?(@.type=="Ready")`. Taken apart piece by piece: one pattern for all of it would take ages over a long text. */
function parseFilter(text: string): Step {
  const inner = text.slice(2, -1).trim()
  const at = inner.search(/[=!<>]/)
  const operator = at < 0 ? '' : /^(?:==|!=|<=|>=|<|>)/.exec(inner.slice(at, at + 2))?.[0]
  const isFilter = text.startsWith('?(') && text.endsWith(')') && inner.startsWith('@')
  if (!isFilter || operator === undefined) throw new TemplateError(`invalid array index ${text}`)
  if (operator === '') return { step: 'filter', left: parsePath(inner), operator, right: null }
  const right = parseLiteral(inner.slice(at + operator.length).trim())
  return { step: 'filter', left: parsePath(inner.slice(0, at).trim()), operator, right }
}

const numberOrNull = (text: string | undefined): number | null =>
  text === undefined || text === '' ? null : Number(text)

function parseLiteral(text: string): Json {
  if (/^["']/.test(text)) return text.slice(1, -1)
  if (text === 'true' || text === 'false') return text === 'true'
  const number = Number(text)
  if (text === '' || Number.isNaN(number)) throw new TemplateError(`unrecognized literal ${text}`)
  return number
}

function render(nodes: readonly Node[], root: Json): string {
  let text = ''
  for (const node of nodes) {
    if (node.type === 'text') text += node.text
    else if (node.type === 'path') text += walk(node.steps, root).map(valueText).join(' ')
    else for (const item of walk(node.steps, root)) text += render(node.body, item)
  }
  return text
}

const valueText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value))

function walk(steps: readonly Step[], root: Json): readonly Json[] {
  let values: readonly Json[] = [root]
  for (const step of steps) {
    const found: Json[] = []
    for (const value of values) {
      for (const one of take(step, value)) found.push(one)
      if (found.length > MAX_VALUES) throw new TemplateError(`more than ${MAX_VALUES} values are found`)
    }
    values = found
  }
  return values
}

function take(step: Step, value: Json): readonly Json[] {
  switch (step.step) {
    case 'field': {
      const member = isJsonObject(value) && Object.hasOwn(value, step.name) ? value[step.name] : undefined
      return member === undefined ? [] : [member]
    }
    case 'all':
      return isJsonArray(value) ? value : isJsonObject(value) ? Object.values(value) : []
    case 'descend':
      return descend(step.name, value)
    case 'index': {
      if (!isJsonArray(value)) return []
      const item = value.at(step.index)
      if (item === undefined)
        throw new TemplateError(`array index out of bounds: index ${step.index}, length ${value.length}`)
      return [item]
    }
    case 'slice':
      return isJsonArray(value) ? value.slice(step.from ?? 0, step.to ?? value.length) : []
    case 'filter':
      return (isJsonArray(value) ? value : []).filter((item) => passes(step, item))
  }
}

function descend(name: string, value: Json, found: Json[] = []): readonly Json[] {
  if (!isJsonArray(value) && !isJsonObject(value)) return found
  const own = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
  if (own !== undefined) found.push(own)
  for (const member of Object.values(value)) descend(name, member, found)
  return found
}

function passes(step: Extract<Step, { step: 'filter' }>, item: Json): boolean {
  const [found] = walk(step.left, item)
  if (step.operator === '') return found !== undefined
  if (found === undefined) return false
  const { right } = step
  switch (step.operator) {
    case '==':
      return found === right
    case '!=':
      return found !== right
    default:
      return compares(step.operator, found, right)
  }
}

function compares(operator: string, left: Json, right: Json): boolean {
  if (typeof left !== typeof right || (typeof left !== 'number' && typeof left !== 'string')) return false
  const [a, b] = [left, right as typeof left]
  return operator === '<' ? a < b : operator === '>' ? a > b : operator === '<=' ? a <= b : a >= b
}
