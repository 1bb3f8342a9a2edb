// What a container's command does: a small reading of the shell, enough for the commands that people put in manifests.
// Knows sequences, `&&`, `||`, endless loops, sleep, exit, echo, true, false, touch, rm and cat; whatever else it meets
// is taken to succeed at once. Leaves out variables, pipes and conditions.

export interface LogLine {
  readonly afterSeconds: number
  readonly line: string
}

/** A file that exists from one moment of the run to another. */
export interface FileSpan {
  readonly path: string
  readonly fromSeconds: number
  readonly untilSeconds: number | null
}

export interface Execution {
  /** Null: for ever. */
  readonly runSeconds: number | null
  readonly exitCode: number
  readonly log: readonly LogLine[]
  /** What is written from the one moment on comes again in every round of an endless loop; null: nothing does. */
  readonly repeat: Repeat | null
  readonly files: readonly FileSpan[]
}

export interface Repeat {
  readonly fromSeconds: number
  readonly everySeconds: number
  /** How many lines of the log were there before the loop. */
  readonly fromLine: number
}

interface Run {
  seconds: number
  exitCode: number
  ended: 'no' | 'exited' | 'never'
  readonly log: LogLine[]
  repeat: Repeat | null
  readonly files: { path: string; fromSeconds: number; untilSeconds: number | null }[]
}

const SHELLS: readonly string[] = ['sh', 'bash', 'ash', 'dash']
const UNDERSTOOD: readonly string[] = [
  ...SHELLS,
  ...['sleep', 'exit', 'echo', 'printf', 'true', 'false', ':', 'touch', 'rm', 'cat', 'tail', 'date', 'ls'],
  ...['env', 'printenv', 'hostname', 'id', 'whoami', 'uname', 'top', 'yes', 'watch', 'httpd', 'nc', 'wget'],
  ...['nslookup', 'ping', 'test', 'mkdir', 'cp', 'mv', 'chmod', 'kill', 'ps', 'seq', 'grep', 'sed', 'awk'],
  ...['find', 'head', 'sort', 'wc', 'vi', 'tar', 'gzip', 'dd', 'df', 'du', 'free', 'mount', 'ip', 'ifconfig'],
]
const ENDLESS: readonly string[] = ['top', 'yes', 'watch', 'ping']
const LOOP = /^(?:while\s+(?:true|:|\[\s*1\s*\])|until\s+false|for\s*\(\(\s*;;\s*\)\))\s*;?\s*do\b/

/** The name of the program that a command starts. */
export const programOf = (command: readonly string[]): string => {
  const path = command[0] ?? ''
  return path.slice(path.lastIndexOf('/') + 1)
}

/** Whether the command is one that this reading knows. */
export const isUnderstood = (command: readonly string[]): boolean => UNDERSTOOD.includes(programOf(command))

export function execute(command: readonly string[]): Execution {
  const run: Run = { seconds: 0, exitCode: 0, ended: 'no', log: [], repeat: null, files: [] }
  runProgram(run, command)
  return {
    runSeconds: run.ended === 'never' ? null : run.seconds,
    exitCode: run.exitCode,
    log: run.log,
    repeat: run.repeat,
    files: run.files,
  }
}

/** The exit code of a command run in a container that has run for so long (an exec probe). */
export function executeInside(
  command: readonly string[],
  files: readonly FileSpan[],
  atSeconds: number,
): number {
  const exists = (path: string): boolean =>
    files.some(
      (f) => f.path === path && f.fromSeconds <= atSeconds && (f.untilSeconds ?? Infinity) > atSeconds,
    )
  const run: Run = { seconds: atSeconds, exitCode: 0, ended: 'no', log: [], repeat: null, files: [] }
  for (const path of files.filter((file) => exists(file.path)))
    run.files.push({ path: path.path, fromSeconds: 0, untilSeconds: null })
  runProgram(run, command)
  return run.exitCode
}

function runProgram(run: Run, command: readonly string[]): void {
  const program = programOf(command)
  if (!SHELLS.includes(program)) return runSimple(run, program, command.slice(1))
  const flag = command.findIndex((word, index) => index > 0 && /^-[a-z]*c$/.test(word))
  const script = flag < 0 ? '' : (command[flag + 1] ?? '')
  runScript(run, script)
}

function runScript(run: Run, script: string): void {
  const text = script.trim()
  const loop = /(?:^|[;&\n]\s*)(while|until|for)\b/.exec(text)
  if (loop !== null) {
    const start = loop.index + loop[0].length - (loop[1] ?? '').length
    runList(run, text.slice(0, start))
    if (run.ended !== 'no') return
    const rest = text.slice(start)
    const endless = LOOP.exec(rest)
    const end = rest.lastIndexOf('done')
    if (endless === null) return runScript(run, end < 0 ? '' : rest.slice(end + 4))
    // One round shows what the loop prints; it then goes on for ever.
    const [fromSeconds, fromLine] = [run.seconds, run.log.length]
    runList(run, rest.slice(endless[0].length, end < 0 ? undefined : end))
    if (run.ended !== 'no') return
    run.ended = 'never'
    const everySeconds = run.seconds - fromSeconds
    // A loop that does not sleep would write without end.
    if (everySeconds > 0) run.repeat = { fromSeconds, everySeconds, fromLine }
    return
  }
  runList(run, text)
}

function runList(run: Run, text: string): void {
  let skip = false
  for (const { words, operator } of splitList(text)) {
    if (!skip && words.length > 0) runProgram(run, words)
    if (run.ended !== 'no') return
    if (operator === '&&') skip = run.exitCode !== 0
    else if (operator === '||') skip = run.exitCode === 0
    else skip = false
  }
}

function runSimple(run: Run, program: string, args: readonly string[]): void {
  run.exitCode = 0
  switch (program) {
    case 'sleep':
      return sleep(run, args)
    case 'exit':
      run.exitCode = Number.parseInt(args[0] ?? '0', 10) & 255
      run.ended = 'exited'
      return
    case 'exec':
      return runProgram(run, args)
    case 'echo':
    case 'printf':
      if (!args.includes('>') && !args.includes('>>'))
        return print(run, args.filter((arg) => arg !== '-n').join(' '))
      return create(run, args[args.length - 1])
    case 'false':
      run.exitCode = 1
      return
    case 'touch':
      for (const path of args) create(run, path)
      return
    case 'rm':
      for (const file of run.files) if (args.includes(file.path)) file.untilSeconds ??= run.seconds
      return
    case 'cat':
      if (args.some((path) => !existsNow(run, path) && path.startsWith('/tmp/'))) run.exitCode = 1
      return
    case 'tail':
      if (args.some((arg) => /^-.*[fF]/.test(arg))) run.ended = 'never'
      return
    case 'httpd':
      if (args.includes('-f')) run.ended = 'never'
      return
    case 'nc':
      if (args.some((arg) => /^-.*l/.test(arg))) run.ended = 'never'
      return
    default:
      if (ENDLESS.includes(program)) run.ended = 'never'
  }
}

function sleep(run: Run, args: readonly string[]): void {
  let seconds = 0
  for (const arg of args) {
    if (/^inf/.test(arg)) {
      run.ended = 'never'
      return
    }
    const match = /^([0-9]+(?:\.[0-9]+)?|\.[0-9]+)([smhd]?)$/.exec(arg)
    if (match === null) {
      print(run, `sleep: invalid number '${arg}'`)
      run.exitCode = 1
      return
    }
    const unit = match[2] === 'd' ? 86_400 : match[2] === 'h' ? 3_600 : match[2] === 'm' ? 60 : 1
    seconds += Number(match[1]) * unit
  }
  run.seconds += seconds
}

const print = (run: Run, line: string): void => {
  run.log.push({ afterSeconds: run.seconds, line })
}

const create = (run: Run, path: string | undefined): void => {
  if (path !== undefined) run.files.push({ path, fromSeconds: run.seconds, untilSeconds: null })
}

const existsNow = (run: Run, path: string): boolean =>
  run.files.some((file) => file.path === path && file.untilSeconds === null)

interface ListItem {
  readonly words: readonly string[]
  readonly operator: string
}

/** Splits at `;`, newlines, `&&`, `||`, `|` and `&`, outside quotes. */
function splitList(text: string): ListItem[] {
  const items: ListItem[] = []
  let words: string[] = []
  let word: string | null = null
  let quote = ''
  const endWord = (): void => {
    if (word !== null) words.push(word)
    word = null
  }
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i)
    if (quote !== '') {
      if (char === quote) quote = ''
      else word = (word ?? '') + char
    } else if (char === '"' || char === "'") {
      quote = char
      word ??= ''
    } else if (char === ';' || char === '\n' || char === '&' || char === '|') {
      endWord()
      const double = (char === '&' || char === '|') && text.charAt(i + 1) === char
      if (double) i++
      items.push({ words, operator: double ? char + char : char })
      words = []
    } else if (char === ' ' || char === '\t') endWord()
    else word = (word ?? '') + char
  }
  endWord()
  items.push({ words, operator: '' })
  return items
}
