// Finds words that a component says by itself: text between tags, and literal names, titles and placeholders. All
// words come from the catalogues in src/ui/i18n, in both languages, or from a scenario.

import type { ESTree } from 'vite'
import { Visitor } from 'vite'
import type { SourceFile } from './source-tree.ts'
import { isTest, lineAt, parse } from './source-tree.ts'

const spoken = [
  'aria-label',
  'aria-description',
  'aria-roledescription',
  'aria-valuetext',
  'title',
  'placeholder',
  'alt',
]

/** What Kubernetes and etcd call things is the same in every language. */
const terms = /\b(etcd|ipc|net|rv|uts)\b/g

/** Whether there is a word of any language; single signs such as `$` or `→` are no words. */
const speaks = (text: string): boolean => /\p{L}{2,}/u.test(text.replaceAll(terms, ''))

/** The literal words that an expression can come to. */
function literalsIn(node: ESTree.Node): readonly ESTree.Node[] {
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' && speaks(node.value) ? [node] : []
    case 'TemplateLiteral':
      return node.quasis.some(({ value }) => speaks(value.cooked ?? value.raw)) ? [node] : []
    case 'ConditionalExpression':
      return [...literalsIn(node.consequent), ...literalsIn(node.alternate)]
    case 'LogicalExpression':
      return [...literalsIn(node.left), ...literalsIn(node.right)]
    case 'JSXExpressionContainer':
      return literalsIn(node.expression)
    default:
      return []
  }
}

/** @returns one line for each finding in the components among the files */
export function findLiteralTexts(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter(({ path }) => path.endsWith('.tsx') && !isTest(path))
    .flatMap((file) => {
      const found: string[] = []
      const report = ({ start, end }: ESTree.Node): void => {
        const text = file.text.slice(start, end).trim()
        found.push(
          `${file.path}:${lineAt(file.text, start)}: ${text} belongs in the catalogues, in both languages.`,
        )
      }
      const check = (children: readonly ESTree.Node[]): void => {
        for (const child of children)
          if (child.type === 'JSXText') {
            if (speaks(child.value)) report(child)
          } else if (child.type === 'JSXExpressionContainer')
            for (const literal of literalsIn(child)) report(literal)
      }
      new Visitor({
        JSXElement: ({ children }) => check(children),
        JSXFragment: ({ children }) => check(children),
        JSXAttribute: ({ name, value }) => {
          if (name.type !== 'JSXIdentifier' || !spoken.includes(name.name) || value === null) return
          for (const literal of literalsIn(value)) report(literal)
        },
      }).visit(parse(file).program)
      return found
    })
}
