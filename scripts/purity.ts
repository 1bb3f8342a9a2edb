// What neither the compiler nor the linter can forbid in the pure layers: results that differ between engines or
// locales, waiting, and state outside the world. Any of them would make a replay differ from what was seen.

import type { ESTree } from 'vite'
import { Visitor } from 'vite'
import type { Parsed, SourceFile } from './source-tree.ts'
import { lineAt, parse } from './source-tree.ts'

/** Exact in every engine. The others may be rounded differently, or are random. */
const exactMath = [
  'abs',
  'ceil',
  'clz32',
  'floor',
  'fround',
  'imul',
  'max',
  'min',
  'round',
  'sign',
  'sqrt',
  'trunc',
]
const collections = ['Map', 'Set', 'WeakMap', 'WeakSet']
const arrayMutators = ['push', 'pop', 'shift', 'unshift', 'splice', 'sort', 'reverse', 'fill', 'copyWithin']

interface Finding {
  readonly start: number
  readonly message: string
}
type Report = (node: { readonly start: number }, message: string) => void

/** The name at the root of `a.b[c].d`. */
function rootOf(node: ESTree.Node): string | undefined {
  if (node.type === 'Identifier') return node.name
  if (node.type === 'MemberExpression') return rootOf(node.object)
  if (node.type === 'TSAsExpression' || node.type === 'TSNonNullExpression') return rootOf(node.expression)
  return undefined
}

function propertyOf(node: ESTree.Node): string | undefined {
  if (node.type !== 'MemberExpression') return undefined
  if (!node.computed && node.property.type === 'Identifier') return node.property.name
  return node.computed && node.property.type === 'Literal' ? String(node.property.value) : undefined
}

function reportWaiting(program: ESTree.Program, report: Report): void {
  const asynchronous = (node: { readonly start: number; readonly async: boolean }): void => {
    if (node.async) report(node, 'async: the simulation is synchronous; a task yields effects to the kernel.')
  }
  new Visitor({
    FunctionDeclaration: asynchronous,
    FunctionExpression: asynchronous,
    ArrowFunctionExpression: asynchronous,
    AwaitExpression: (node) => report(node, 'await: the simulation is synchronous.'),
    ForOfStatement: (node) => {
      if (node.await) report(node, 'for await: the simulation is synchronous.')
    },
  }).visit(program)
}

function reportInexact(program: ESTree.Program, report: Report): void {
  const exact = new Set<ESTree.Node>()
  new Visitor({
    MemberExpression: (node) => {
      const property = propertyOf(node) ?? ''
      if (rootOf(node.object) === 'Math' && exactMath.includes(property)) exact.add(node.object)
      if (property === 'localeCompare' || property.startsWith('toLocale'))
        report(node, `${property}: the result depends on the locale; compare strings with <.`)
    },
    BinaryExpression: (node) => {
      const ofTwo = node.left.type === 'Literal' && node.left.value === 2
      if (node.operator === '**' && !ofTwo)
        report(node, '**: engines may round powers differently; multiply.')
    },
    AssignmentExpression: (node) => {
      if (node.operator === '**=') report(node, '**=: engines may round powers differently; multiply.')
    },
  }).visit(program)
  new Visitor({
    Identifier: (node) => {
      if (node.name === 'Math' && !exact.has(node))
        report(node, `Math: only ${exactMath.join(', ')} give the same result in every engine.`)
    },
  }).visit(program)
}

/** The variables that live as long as the module. */
function moduleVariables(program: ESTree.Program): readonly ESTree.VariableDeclaration[] {
  return program.body.flatMap((statement) => {
    const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
    return declared?.type === 'VariableDeclaration' && !declared.declare ? [declared] : []
  })
}

/** `new Map()` and the like in an initializer, outside the functions in it: those run later, and anew each time. */
function collectionsIn(program: ESTree.Program, from: number, to: number): readonly ESTree.NewExpression[] {
  const found: ESTree.NewExpression[] = []
  let functions = 0
  const enter = (): void => {
    functions++
  }
  const leave = (): void => {
    functions--
  }
  new Visitor({
    FunctionExpression: enter,
    'FunctionExpression:exit': leave,
    ArrowFunctionExpression: enter,
    'ArrowFunctionExpression:exit': leave,
    FunctionDeclaration: enter,
    'FunctionDeclaration:exit': leave,
    NewExpression: (node) => {
      const within = node.start >= from && node.end <= to
      if (within && functions === 0 && collections.includes(rootOf(node.callee) ?? '')) found.push(node)
    },
  }).visit(program)
  return found
}

/**
 * A cache changes no result, if its comment says what it caches. One that is keyed by immutable objects goes with them; of
 * any other the comment has to say what it holds at most.
 */
function hasCacheComment(text: string, { comments }: Parsed, start: number, isWeak: boolean): boolean {
  const says = isWeak ? /^\s*cache:/ : /^\s*cache:.*\bat most\b/
  return comments.some(({ value, end }) => {
    const gap = end < start ? text.slice(end, start) : undefined
    return gap !== undefined && says.test(value) && /^\s*$/.test(gap.replace('export', ''))
  })
}

function reportModuleState(text: string, parsed: Parsed, report: Report): void {
  const { program } = parsed
  for (const variables of moduleVariables(program)) {
    if (variables.kind === 'let' || variables.kind === 'var')
      report(variables, `${variables.kind} of a module: keep state in a process, where checkpoints find it.`)
    const isReadonly = /\bReadonly(Map|Set)\b/.test(text.slice(variables.start, variables.end))
    for (const made of collectionsIn(program, variables.start, variables.end)) {
      const isWeak = rootOf(made.callee)?.startsWith('Weak') ?? false
      if (!isWeak && isReadonly) continue
      if (hasCacheComment(text, parsed, variables.start, isWeak)) continue
      const how = isWeak ? 'say `// cache: …` above it' : 'type it as ReadonlyMap or ReadonlySet'
      report(made, `a mutable collection of a module: ${how}, or keep it in a process.`)
    }
  }
  new Visitor({
    PropertyDefinition: (node) => {
      if (node.static && !node.readonly)
        report(node, 'a static property is state of the module: make it readonly.')
      if (node.static && node.readonly && collectionsIn(program, node.start, node.end).length > 0)
        report(node, 'a static collection is state of the module: keep it in a process.')
    },
  }).visit(program)
}

/**
 * Names that live as long as the module and that no inner scope declares again. Caches are left out.
 */
function longLivedNames(text: string, parsed: Parsed): ReadonlySet<string> {
  const { program } = parsed
  const outer = new Set(
    moduleVariables(program)
      .filter(({ start }) => !hasCacheComment(text, parsed, start, false))
      .flatMap(({ declarations }) => declarations)
      .flatMap(({ id }) => (id.type === 'Identifier' ? [id] : [])),
  )
  const names = new Set([...outer].map(({ name }) => name))
  const redeclare = (node: ESTree.Node | null | undefined): void => {
    if (node?.type === 'Identifier') names.delete(node.name)
  }
  const parameters = ({ params }: { readonly params: readonly ESTree.Node[] }): void =>
    params.forEach(redeclare)
  new Visitor({
    VariableDeclarator: ({ id }) => {
      if (id.type === 'Identifier' && !outer.has(id)) names.delete(id.name)
    },
    Property: ({ value }) => redeclare(value.type === 'AssignmentPattern' ? value.left : undefined),
    FunctionDeclaration: parameters,
    FunctionExpression: parameters,
    ArrowFunctionExpression: parameters,
  }).visit(program)
  for (const statement of program.body)
    if (statement.type === 'ImportDeclaration')
      for (const { local } of statement.specifiers) names.add(local.name)
  return names
}

function reportMutation(text: string, parsed: Parsed, report: Report): void {
  const names = longLivedNames(text, parsed)
  const check = (target: ESTree.Node): void => {
    const name = target.type === 'MemberExpression' ? rootOf(target) : undefined
    if (name !== undefined && names.has(name))
      report(target, `${name} lives as long as the module and is changed here: keep state in a process.`)
  }
  new Visitor({
    AssignmentExpression: ({ left }) => check(left),
    UpdateExpression: ({ argument }) => check(argument),
    UnaryExpression: ({ operator, argument }) => {
      if (operator === 'delete') check(argument)
    },
    CallExpression: ({ callee }) => {
      if (arrayMutators.includes(propertyOf(callee) ?? '')) check(callee)
    },
  }).visit(parsed.program)
}

/** @returns one line for each finding: path, line, what is wrong and what to do instead */
export function findImpurities(file: SourceFile): readonly string[] {
  const findings: Finding[] = []
  const report: Report = ({ start }, message) => findings.push({ start, message })
  const parsed = parse(file)
  reportWaiting(parsed.program, report)
  reportInexact(parsed.program, report)
  reportModuleState(file.text, parsed, report)
  reportMutation(file.text, parsed, report)
  return findings
    .sort((a, b) => a.start - b.start)
    .map(({ start, message }) => `${file.path}:${lineAt(file.text, start)}: ${message}`)
}
