// The command line's entry: the arguments and streams of this process, and its exit code.
import { loadLateParts } from '../session/load-late-parts.ts'
import { loadScenarios } from '../session/scenarios.ts'
import { runCommandLine } from './command-line.ts'
import { terminalOf } from './terminal.ts'

await Promise.all([loadLateParts(), loadScenarios()])
process.exitCode = await runCommandLine(process.argv.slice(2), terminalOf(process))
