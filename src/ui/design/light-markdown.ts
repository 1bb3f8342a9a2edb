// The light Markdown of lesson texts: paragraphs, `code`, **bold** and *emphasis*. Parsed to data, so that nothing of it can become
// HTML; whatever is not one of these stays text.

export interface Span {
  readonly kind: 'text' | 'code' | 'bold' | 'emphasis'
  readonly text: string
}

export type Paragraph = readonly Span[]

export const parseLightMarkdown = (source: string): readonly Paragraph[] =>
  source
    .split(/\n\s*\n/)
    .map((block) => block.trim())
    .filter((block) => block !== '')
    .map((block) => parseSpans(joinLines(block)))

/** A line break inside a paragraph is a space between Latin words, and nothing between Chinese characters. */
const joinLines = (block: string): string =>
  unindented(block).replace(/(.)\n(.)/gu, (_match, before: string, after: string) => {
    return isWide(before) && isWide(after) ? before + after : `${before} ${after}`
  })

/** Line by line: a pattern for blanks around a line break takes ages over blanks without one. */
const unindented = (block: string): string =>
  block
    .split('\n')
    .map((line) => line.trim())
    .join('\n')

const isWide = (character: string): boolean => /[\p{Script=Han}，。；：！？、“”（）《》…]/u.test(character)

function parseSpans(text: string): Paragraph {
  const spans: Span[] = []
  let end = 0
  for (const match of text.matchAll(/`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s](?:[^*]*[^*\s])?)\*/g)) {
    if (match.index > end) spans.push({ kind: 'text', text: text.slice(end, match.index) })
    const [all, code, bold, emphasis = ''] = match
    if (code !== undefined) spans.push({ kind: 'code', text: code })
    else spans.push(bold === undefined ? { kind: 'emphasis', text: emphasis } : { kind: 'bold', text: bold })
    end = match.index + all.length
  }
  if (end < text.length) spans.push({ kind: 'text', text: text.slice(end) })
  return spans
}
