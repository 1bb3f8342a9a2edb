// What a command may do to the terminal: print results, print complaints, and keep one line of progress up to date,
// which a person sees and a log file does not.

export interface Terminal {
  /** A line of the result, on standard output. */
  print(line: string): void
  /** A line for the person, on standard error. */
  complain(line: string): void
  /** Replaces the line of progress; an empty text removes it. Nothing happens where nobody watches. */
  progress(text: string): void
}

interface Stream {
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
  write(text: string): unknown
}

const CLEAR_LINE = '\r\u001b[K'
const DEFAULT_COLUMNS = 80

export function terminalOf({
  stdout,
  stderr,
}: {
  readonly stdout: Stream
  readonly stderr: Stream
}): Terminal {
  const watched = stderr.isTTY === true
  let shown = false
  const clear = (): void => {
    if (shown) stderr.write(CLEAR_LINE)
    shown = false
  }
  return {
    print(line) {
      clear()
      stdout.write(`${line}\n`)
    },
    complain(line) {
      clear()
      stderr.write(`${line}\n`)
    },
    progress(text) {
      clear()
      if (!watched || text === '') return
      stderr.write(text.slice(0, (stderr.columns ?? DEFAULT_COLUMNS) - 1))
      shown = true
    },
  }
}
