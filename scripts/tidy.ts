// The house rules that no tool knows: sizes, names, headers, and what must not be left behind.

import type { ESTree } from 'vite'
import { Visitor } from 'vite'
import { findImpurities } from './purity.ts'
import type { SourceFile } from './source-tree.ts'
import { isCode, isTest, lineAt, parse } from './source-tree.ts'

const maxLines = 500
const maxHeaderLines = 5
/** A folder of texts is named after its language, as BCP 47 spells it. */
const languageTag = /^[a-z]{2}-[A-Z]{2}$/
const kebabCase = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*$/
/** Names that say nothing. In a compound, `manager` and `data` can mean something (`kube-controller-manager`). */
const emptyNames = ['util', 'utils', 'helper', 'helpers', 'common', 'manager', 'data', 'misc']
const emptyInCompounds = ['util', 'utils', 'helper', 'helpers', 'misc']
const pureLayers = ['src/sim/', 'src/projections/']
const testFunctions = ['test', 'it', 'describe', 'suite', 'bench']
const silencers = ['skip', 'only', 'todo', 'fixme', 'skipIf', 'runIf', 'fails', 'fail']

function checkName(path: string): readonly string[] {
  return path.split('/').flatMap((segment) => {
    const stem = segment.split('.')[0] ?? ''
    if (segment === 'README.md') return []
    if (!kebabCase.test(segment) && !languageTag.test(segment))
      return [`${path}: ${segment} is not in kebab-case.`]
    if (emptyNames.includes(stem) || stem.split('-').some((word) => emptyInCompounds.includes(word)))
      return [`${path}: ${segment} says nothing; name it after what is in it.`]
    return []
  })
}

function checkSize({ path, text }: SourceFile): readonly string[] {
  const lines = text.replace(/\n$/, '').split('\n').length
  return lines > maxLines ? [`${path}: ${lines} lines; a file holds one idea in at most ${maxLines}.`] : []
}

/** The comment that a file begins with, without its delimiters. */
function headerLines(text: string): readonly string[] {
  const code = text.replace(/^#!.*\n/, '')
  const block = /^\/\*([\s\S]*?)\*\//.exec(code)
  if (block?.[1] !== undefined) return block[1].split('\n').filter((line) => /[^\s*]/.test(line))
  const lines = code.split('\n')
  const end = lines.findIndex((line) => !line.startsWith('//'))
  return lines.slice(0, end < 0 ? lines.length : end)
}

function checkHeader({ path, text }: SourceFile): readonly string[] {
  const lines = headerLines(text).length
  if (lines === 0) return [`${path}: begins without a comment that says what the file is for.`]
  if (lines > maxHeaderLines) return [`${path}: a header of ${lines} lines; at most ${maxHeaderLines}.`]
  return []
}

function checkLeftovers(file: SourceFile): readonly string[] {
  const { program, comments } = parse(file)
  const found: { readonly start: number; readonly message: string }[] = []
  for (const { value, start } of comments) {
    const mark = /\b(TODO|FIXME|XXX|HACK)\b|@ts-(ignore|nocheck|expect-error)/.exec(value)
    if (mark) found.push({ start, message: `${mark[0]}: finish it, or write down why it is so.` })
  }
  const isUnknown = (node: ESTree.Expression): boolean =>
    node.type === 'TSAsExpression' && node.typeAnnotation.type === 'TSUnknownKeyword'
  new Visitor({
    TSAsExpression: ({ start, expression }) => {
      if (!isTest(file.path) && isUnknown(expression))
        found.push({ start, message: 'as unknown as: the type is not checked at all; parse it, or type it.' })
    },
  }).visit(program)
  return found.map(({ start, message }) => `${file.path}:${lineAt(file.text, start)}: ${message}`)
}

function checkSilencedTests(file: SourceFile): readonly string[] {
  const found: string[] = []
  const report = (start: number, name: string): void => {
    found.push(`${file.path}:${lineAt(file.text, start)}: ${name}: every test runs, or is removed.`)
  }
  const rootOf = (node: ESTree.Expression): string | undefined => {
    if (node.type === 'Identifier') return node.name
    return node.type === 'MemberExpression' ? rootOf(node.object) : undefined
  }
  new Visitor({
    MemberExpression: (node) => {
      const name = node.property.type === 'Identifier' && !node.computed ? node.property.name : ''
      const root = rootOf(node.object) ?? ''
      if (silencers.includes(name) && testFunctions.includes(root)) report(node.start, `${root}.${name}`)
    },
    CallExpression: ({ callee, start }) => {
      if (callee.type === 'Identifier' && /^(xit|xtest|xdescribe|fit|fdescribe)$/.test(callee.name))
        report(start, callee.name)
    },
  }).visit(parse(file).program)
  return found
}

/** @returns one line for each finding in the files of `src`, `e2e`, `bench` and `scripts` */
export function findUntidy(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) => {
    const name = checkName(file.path)
    if (!isCode(file.path)) return name
    const test = isTest(file.path) || /\.(spec|bench)\.ts$/.test(file.path)
    const pure = pureLayers.some((layer) => file.path.startsWith(layer))
    return [
      ...name,
      ...checkSize(file),
      ...checkLeftovers(file),
      ...(test ? checkSilencedTests(file) : checkHeader(file)),
      ...(pure && !test ? findImpurities(file) : []),
    ]
  })
}
