// The scenarios that come with Vitrine, by name. A host loads them before it asks for them. They were checked when the
// program was built (scripts/scenario-modules.ts).
import { scenarioSources } from '../scenarios/index.ts'
import type { ScenarioSummary } from '../worker/protocol.ts'
import { CommandError } from './commands.ts'
import type { Scenario } from './scenario.ts'

// cache: what is loaded, by the scenario's name.
const loaded = new Map<string, Scenario>()

export const scenarioNames = (): readonly string[] => Object.keys(scenarioSources)

/** Loads one scenario, or all. A name that is not there is left for `findScenario` to refuse. */
export async function loadScenarios(names: readonly string[] = scenarioNames()): Promise<void> {
  await Promise.all(
    names.map(async (name) => {
      const source = Object.hasOwn(scenarioSources, name) ? scenarioSources[name] : undefined
      if (source !== undefined && !loaded.has(name)) loaded.set(name, (await source()).default)
    }),
  )
}

/** Throws `CommandError` for a name that is not there, naming those that are. */
export function findScenario(name: string): Scenario {
  const scenario = loaded.get(name)
  if (scenario === undefined) {
    throw new CommandError(
      'UnknownScenario',
      `there is no scenario "${name}"; there are ${scenarioNames().join(', ')}`,
    )
  }
  return scenario
}

/** How many nodes a loaded scenario has; 0 where it is not loaded. */
export const nodesOf = (name: string): number => loaded.get(name)?.topology.nodes ?? 0

export function scenarioSummaries(): readonly ScenarioSummary[] {
  return scenarioNames().map((name) => {
    const { title, about } = findScenario(name)
    return { name, title, about }
  })
}
