// Splits a command line into words as a POSIX shell does, quotes included. It is no shell: pipes, substitutions,
// redirections and lists of commands are refused, each by name.

export type Words = { readonly words: readonly string[] } | { readonly error: string }

const REFUSED: Readonly<Record<string, string>> = {
  '|': 'pipes are not supported here: run the command alone',
  '>': 'redirections are not supported here',
  '<': 'redirections are not supported here: use -f with a file, or -f - with text',
  ';': 'one command at a time: ";" is not supported here',
  '&': 'background jobs and "&&" are not supported here',
  '`': 'command substitution is not supported here',
}

/** Each may be a request of its own. */
const MAX_WORDS = 1_000

export function splitWords(line: string): Words {
  const words: string[] = []
  let word: string | null = null
  for (let i = 0; i < line.length; i++) {
    const character = line.charAt(i)
    if (character === '\\') {
      const next = line.charAt(++i)
      // A backslash at the end of a line joins it with the next one.
      if (next !== '\n') word = (word ?? '') + next
    } else if (character === "'" || character === '"') {
      const quoted = readQuoted(line, i)
      if ('error' in quoted) return quoted
      word = (word ?? '') + quoted.text
      i = quoted.end
    } else if (/\s/.test(character)) {
      if (word !== null) words.push(word)
      word = null
    } else if (character === '$' && line.charAt(i + 1) === '(') {
      return { error: 'command substitution is not supported here' }
    } else if (character === '#' && word === null) {
      break
    } else {
      const refusal = REFUSED[character]
      if (refusal !== undefined) return { error: refusal }
      word = (word ?? '') + character
    }
  }
  if (word !== null) words.push(word)
  return words.length > MAX_WORDS ? { error: `a line has at most ${MAX_WORDS} words` } : { words }
}

type Quoted = { readonly text: string; readonly end: number } | { readonly error: string }

function readQuoted(line: string, start: number): Quoted {
  const quote = line.charAt(start)
  let text = ''
  for (let i = start + 1; i < line.length; i++) {
    const character = line.charAt(i)
    if (character === quote) return { text, end: i }
    if (quote === '"') {
      if (character === '`' || (character === '$' && line.charAt(i + 1) === '('))
        return { error: 'command substitution is not supported here' }
      const next = line.charAt(i + 1)
      if (character === '\\' && '"\\$`\n'.includes(next) && next !== '') {
        if (next !== '\n') text += next
        i++
        continue
      }
    }
    text += character
  }
  return { error: `unexpected end of line while looking for matching ${quote}` }
}
