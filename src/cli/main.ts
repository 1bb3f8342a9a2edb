// The command line's entry: the arguments and streams of this process, and its exit code.
import { runCommandLine } from './command-line.ts'
import { terminalOf } from './terminal.ts'

process.exitCode = runCommandLine(process.argv.slice(2), terminalOf(process))
