// A lesson's text as React elements.

import { Fragment } from 'react'
import type { Span } from './light-markdown.ts'
import { parseLightMarkdown } from './light-markdown.ts'

export function Prose({ source }: { readonly source: string }) {
  return parseLightMarkdown(source).map((paragraph, index) => (
    // A lesson's paragraphs never move among each other, so their place names them.
    // biome-ignore lint/suspicious/noArrayIndexKey: the source is replaced as a whole.
    <p key={index}>{paragraph.map(element)}</p>
  ))
}

/** A path or a selector may break after its marks; in the middle of a word only where it would not fit at all. */
const breakable = (code: string) =>
  code.split(/(?<=[/.=,])(?=\w)/).map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts never move among each other.
    <Fragment key={index}>
      {index === 0 ? null : <wbr />}
      {part}
    </Fragment>
  ))

function element({ kind, text }: Span, index: number) {
  if (kind === 'code') return <code key={index}>{breakable(text)}</code>
  if (kind === 'emphasis') return <em key={index}>{text}</em>
  return kind === 'bold' ? <strong key={index}>{text}</strong> : text
}
