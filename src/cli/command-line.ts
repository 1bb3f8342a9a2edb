// Finds the command that a command line names and runs it. Exit codes: 0 all went well, 1 what was run failed, 2 the
// command line itself is wrong and nothing was done.
import { SimulationFailure } from '../sim/kernel/simulation-failure.ts'
import { bench } from './bench.ts'
import type { Command } from './command.ts'
import { UsageError } from './command.ts'
import { fuzz } from './fuzz.ts'
import { run } from './run.ts'
import type { Terminal } from './terminal.ts'

const commands: readonly Command[] = [run, fuzz, bench]
/** Named in the design, and told apart from a typing error. */
const laterCommands = ['serve', 'kubectl']

export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args
  if (name === undefined) {
    terminal.complain(overview())
    return 2
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    const asked = commands.find((command) => command.name === rest[0])
    terminal.print(asked?.help ?? overview())
    return 0
  }
  const command = commands.find((candidate) => candidate.name === name)
  if (command === undefined) {
    terminal.complain(
      laterCommands.includes(name)
        ? `vitrine ${name} is not part of this version yet. Run "vitrine --help" for what is.`
        : `vitrine: there is no command "${name}". Run "vitrine --help" for those that there are.`,
    )
    return 2
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    terminal.print(command.help)
    return 0
  }
  try {
    return await command.run(rest, terminal)
  } catch (error) {
    terminal.progress('')
    if (error instanceof SimulationFailure) {
      const { message, seed, seq, process } = error
      terminal.complain(
        `vitrine ${name}: the simulation failed: ${message} (seed ${seed}, seq ${seq}, process ${process})`,
      )
      return 1
    }
    if (!(error instanceof UsageError)) throw error
    terminal.complain(`vitrine ${name}: ${error.message}`)
    return 2
  }
}

const overview = (): string =>
  [
    'Vitrine: a simulated Kubernetes cluster, from the command line.',
    '',
    'Usage: vitrine COMMAND [OPTIONS]',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(8)}${summary}`),
    '',
    'Run "vitrine COMMAND --help" for the options of a command.',
  ].join('\n')
