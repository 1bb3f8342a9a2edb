// What happens once, before the first picture: the address is read, the session opened, the page API put in place.

import { installAutomation } from '../automation.ts'
import type { HostConnection } from '../host-connection.ts'
import { CallRefused } from '../host-connection.ts'
import { currentTexts } from '../i18n/use-texts.ts'
import { call, connect } from '../store/host.ts'
import { useMode } from '../store/mode.ts'
import { notify } from '../store/notices.ts'
import { overrideSettings } from '../store/settings.ts'
import { useView } from '../store/view.ts'
import type { PageAddress } from './page-address.ts'
import { defaultScenario, explain, openOptions, parseAddress } from './page-address.ts'

export function startPage(connection: HostConnection): void {
  const address = parseAddress(window.location.search, window.location.hash)
  if (address.language !== null) overrideSettings({ language: address.language })
  useMode.setState({ present: address.present, embed: address.embed })
  connect(connection)
  const { app } = currentTexts()
  for (const problem of address.problems) notify(explain(problem, app))
  installAutomation(open(address))
}

/** Opens what the address asks for; where that cannot be, says why and opens the default. */
async function open(address: PageAddress): Promise<void> {
  const { app } = currentTexts()
  try {
    const names = (await call('scenarios')).map(({ name }) => name)
    const fallback = names.includes(defaultScenario) ? defaultScenario : (names[0] ?? defaultScenario)
    const wanted = openOptions(address, fallback)
    if (address.shared === null && !names.includes(wanted.scenario)) {
      notify(app.notFoundScenario(wanted.scenario, names.join(', ')))
      await call('open', { ...withoutPosition(wanted), scenario: fallback })
      return
    }
    try {
      await call('open', wanted)
    } catch (error) {
      if (!(error instanceof CallRefused) || error.code === 'HostLost') throw error
      notify(app.openFailed(error.message))
      const known = names.includes(wanted.scenario) ? wanted.scenario : fallback
      await call('open', { scenario: known })
    }
  } catch (error) {
    useView.setState({ lost: error instanceof Error ? error.message : String(error) })
    throw error
  }
}

function withoutPosition({ scenario, seed }: { readonly scenario: string; readonly seed?: number }) {
  return seed === undefined ? { scenario } : { scenario, seed }
}
