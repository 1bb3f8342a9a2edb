// Aligns text in columns by elastic tabstops, as Go's text/tabwriter does: a column is a run of consecutive lines whose
// cells end in a tab, and is as wide as its widest cell. What follows a line's last tab belongs to no column.

export interface TabOptions {
  readonly minWidth: number
  readonly padding: number
  /** Widths of columns printed before, for output that grows line by line; it is kept up to date. */
  readonly memory?: number[]
}

/** `kubectl get`. */
export const TABLE_TABS: TabOptions = { minWidth: 6, padding: 3 }
/** `kubectl describe` and most else. */
export const DESCRIBE_TABS: TabOptions = { minWidth: 0, padding: 2 }

export function alignTabs(text: string, options: TabOptions): string {
  const lines = text.split('\n').map((line) => line.split('\t'))
  const widths: number[] = []
  const out: string[] = []
  formatBlock(lines, 0, lines.length, widths, out, options)
  return out.join('\n')
}

/** Formats lines [from, to) whose first `widths.length` columns are known; recursion finds the next column. */
function formatBlock(
  lines: readonly (readonly string[])[],
  from: number,
  to: number,
  widths: number[],
  out: string[],
  options: TabOptions,
): void {
  const column = widths.length
  let at = from
  for (let i = from; i < to; i++) {
    if (column >= (lines[i]?.length ?? 0) - 1) continue
    emit(lines, at, i, widths, out)
    let end = i
    let width = options.minWidth
    for (; end < to; end++) {
      const line = lines[end] ?? []
      if (column >= line.length - 1) break
      const size = (line[column] ?? '').length
      if (size + options.padding > width) width = size + options.padding
    }
    if (options.memory !== undefined) {
      width = Math.max(width, options.memory[column] ?? 0)
      options.memory[column] = width
    }
    widths.push(width)
    formatBlock(lines, i, end, widths, out, options)
    widths.pop()
    at = end
    i = end - 1
  }
  emit(lines, at, to, widths, out)
}

function emit(
  lines: readonly (readonly string[])[],
  from: number,
  to: number,
  widths: readonly number[],
  out: string[],
): void {
  for (let i = from; i < to; i++) {
    const cells = lines[i] ?? []
    out.push(
      cells
        .map((cell, column) => (column < cells.length - 1 ? cell.padEnd(widths[column] ?? 0) : cell))
        .join(''),
    )
  }
}
