// The scenarios that come with Vitrine, by name. Each is one YAML file in `src/scenarios`; it is parsed when it is opened.
import { scenarioSources } from '../scenarios/index.ts'
import type { ScenarioSummary } from '../worker/protocol.ts'
import { CommandError } from './commands.ts'
import type { Scenario } from './scenario.ts'
import { parseScenario } from './scenario.ts'

export const scenarioNames = (): readonly string[] => Object.keys(scenarioSources)

/** Throws `CommandError` for a name that is not there, naming those that are. */
export function findScenario(name: string): Scenario {
  const source = Object.hasOwn(scenarioSources, name) ? scenarioSources[name] : undefined
  if (source === undefined) {
    throw new CommandError(
      'UnknownScenario',
      `there is no scenario "${name}"; there are ${scenarioNames().join(', ')}`,
    )
  }
  return parseScenario(source)
}

export function scenarioSummaries(): readonly ScenarioSummary[] {
  return scenarioNames().map((name) => {
    const { title, about } = findScenario(name)
    return { name, title, about }
  })
}
