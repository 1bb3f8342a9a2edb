// Plain data as the lines of YAML that show it, each with its path, so that a view can fold, mark and click them.
// A reading view, not a serializer: a text of several lines is shown as such, and what JSON cannot hold as text.

export interface ValueLine {
  /** The path as a JSON pointer; it names the line. */
  readonly pointer: string
  /** Indentation in steps of two characters; the dashes take up the last of them. */
  readonly depth: number
  /** "- " for an element of a list; several where a list begins inside a list. */
  readonly dashes: string
  /** Null for an element of a list that is not a mapping. */
  readonly key: string | null
  /** The scalar, or "{}" or "[]"; null where lines below hold the value. */
  readonly value: string | null
  readonly scalar: 'string' | 'number' | 'boolean' | 'null' | 'empty' | null
  /** Pointers of the lists and mappings that this line is inside of, outermost first. */
  readonly inside: readonly string[]
  /** How many entries a folded line hides; 0 when there is nothing to fold. */
  readonly entries: number
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const escapeSegment = (segment: string): string => segment.replaceAll('~', '~0').replaceAll('/', '~1')

export function valueLines(value: unknown): readonly ValueLine[] {
  const lines: ValueLine[] = []
  if (isRecord(value) || Array.isArray(value)) addEntries(lines, value, { pointer: '', depth: 0, inside: [] })
  else addScalar(lines, value, { pointer: '', depth: 0, inside: [] }, '', null)
  return lines
}

interface Place {
  readonly pointer: string
  readonly depth: number
  readonly inside: readonly string[]
}

function addEntries(
  lines: ValueLine[],
  value: Readonly<Record<string, unknown>> | readonly unknown[],
  place: Place,
  firstDashes = '',
): void {
  const { pointer, depth, inside } = place
  if (isRecord(value)) {
    const present = Object.entries(value).filter(([, entry]) => entry !== undefined)
    present.forEach(([key, entry], index) => {
      const at = { pointer: `${pointer}/${escapeSegment(key)}`, depth, inside }
      addLine(lines, entry, at, index === 0 ? firstDashes : '', key)
    })
    return
  }
  value.forEach((entry, index) => {
    const at = { pointer: `${pointer}/${index}`, depth: depth + 1, inside }
    const dashes = `${index === 0 ? firstDashes : ''}- `
    const isFilled = (isRecord(entry) || Array.isArray(entry)) && Object.keys(entry).length > 0
    if (!isFilled) addScalar(lines, entry, at, dashes, null)
    // An element's first line stands behind its dash, as YAML is written by hand.
    else
      addEntries(
        lines,
        entry,
        { pointer: at.pointer, depth: depth + 1, inside: [...inside, at.pointer] },
        dashes,
      )
  })
}

function addLine(lines: ValueLine[], entry: unknown, at: Place, dashes: string, key: string): void {
  if (!(isRecord(entry) || Array.isArray(entry))) {
    addScalar(lines, entry, at, dashes, key)
    return
  }
  const line = lineOf(entry, at, dashes, key)
  lines.push(line)
  if (line.entries === 0) return
  addEntries(lines, entry, {
    pointer: at.pointer,
    // A list's dashes stand under its key, as kubectl prints them.
    depth: Array.isArray(entry) ? at.depth : at.depth + 1,
    inside: [...at.inside, at.pointer],
  })
}

function addScalar(lines: ValueLine[], entry: unknown, at: Place, dashes: string, key: string | null): void {
  if (typeof entry !== 'string' || !readsAsBlock(entry)) {
    lines.push(lineOf(entry, at, dashes, key))
    return
  }
  const mark = !entry.endsWith('\n') ? '|-' : entry.endsWith('\n\n') ? '|+' : '|'
  lines.push({ ...at, dashes, key, entries: 0, value: mark, scalar: 'empty' })
  const inside = [...at.inside, at.pointer]
  // An element of a list stands deeper than its dash already.
  const depth = dashes !== '' && key === null ? at.depth : at.depth + 1
  const text = entry.endsWith('\n') ? entry.slice(0, -1) : entry
  text.split('\n').forEach((value, index) => {
    const pointer = `${at.pointer}/${index}`
    lines.push({
      pointer,
      depth,
      inside,
      dashes: '',
      key: null,
      entries: 0,
      value,
      scalar: 'string',
    })
  })
}

/** Several lines that YAML shows as they are. A block cannot begin with a blank, nor hold what has no picture. */
const readsAsBlock = (text: string): boolean =>
  text.includes('\n') && /^\S/.test(text) && !/\p{Cc}/u.test(text.replaceAll('\n', ''))

function lineOf(entry: unknown, at: Place, dashes: string, key: string | null): ValueLine {
  const entries =
    isRecord(entry) || Array.isArray(entry)
      ? Object.values(entry).filter((inner) => inner !== undefined).length
      : 0
  const text = entries > 0 ? { value: null, scalar: null } : scalarOf(entry)
  return { ...at, dashes, key, entries, ...text }
}

function scalarOf(value: unknown): Pick<ValueLine, 'value' | 'scalar'> {
  if (value === null || value === undefined) return { value: 'null', scalar: 'null' }
  if (typeof value === 'number') return { value: String(value), scalar: 'number' }
  if (typeof value === 'boolean') return { value: String(value), scalar: 'boolean' }
  if (typeof value === 'string') return { value: quoted(value), scalar: 'string' }
  return { value: Array.isArray(value) ? '[]' : isRecord(value) ? '{}' : String(value), scalar: 'empty' }
}

/** What YAML would read as something else than this text, or not at all. */
const needsQuotes = /^$|^[\s\-?:,[\]{}#&*!|>'"%@`]|[:#]\s|[\n\t]|:$|\s$|^(true|false|null|yes|no|on|off|~)$/i
const looksLikeNumber = /^[-+]?(\d[\d_]*)(\.\d*)?(e[-+]?\d+)?$/i

const quoted = (text: string): string =>
  needsQuotes.test(text) || looksLikeNumber.test(text) ? JSON.stringify(text) : text

/** One value in one line, for "before → after". */
export function inlineValue(value: unknown): string {
  if (value === undefined) return '–'
  return typeof value === 'string' ? quoted(value) : (JSON.stringify(value) ?? String(value))
}

/**
 * The dotted form of a pointer, as kubectl prints paths: `spec.containers[0].image`. Change lists name paths in either
 * form, so lines are compared with both.
 */
export function dottedPath(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce(
      (path, segment) =>
        /^\d+$/.test(segment) ? `${path}[${segment}]` : path === '' ? segment : `${path}.${segment}`,
      '',
    )
}

/** Whether one of the `changed` paths is this line, or lies around or (for a folded line) below it. */
export function isChanged(line: ValueLine, changed: ReadonlySet<string>, folded: boolean): boolean {
  const forms = (pointer: string): boolean => changed.has(pointer) || changed.has(dottedPath(pointer))
  if (forms(line.pointer) || line.inside.some(forms)) return true
  if (!folded) return false
  const [pointer, dotted] = [`${line.pointer}/`, dottedPath(line.pointer)]
  return [...changed].some(
    (path) => path.startsWith(pointer) || path.startsWith(`${dotted}.`) || path.startsWith(`${dotted}[`),
  )
}
