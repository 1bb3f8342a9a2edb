// A lesson's text as React elements.

import type { Span } from './light-markdown.ts'
import { parseLightMarkdown } from './light-markdown.ts'

export function Prose({ source }: { readonly source: string }) {
  return parseLightMarkdown(source).map((paragraph, index) => (
    // A lesson's paragraphs never move among each other, so their place names them.
    // biome-ignore lint/suspicious/noArrayIndexKey: the source is replaced as a whole.
    <p key={index}>{paragraph.map(element)}</p>
  ))
}

function element({ kind, text }: Span, index: number) {
  if (kind === 'code') return <code key={index}>{text}</code>
  if (kind === 'emphasis') return <em key={index}>{text}</em>
  return kind === 'bold' ? <strong key={index}>{text}</strong> : text
}
