// What happens once, before the first picture: the address is read, the session opened, the page API put in place.

import type { OpenOptions } from '../../worker/protocol.ts'
import { installAutomation } from '../automation.ts'
import type { HostConnection } from '../host-connection.ts'
import { CallRefused } from '../host-connection.ts'
import { loadTexts } from '../i18n/load-texts.ts'
import { fetchOtherLanguages } from '../i18n/switch-language.ts'
import { call, connect } from '../store/host.ts'
import { useMode } from '../store/mode.ts'
import { notify } from '../store/notices.ts'
import { overrideSettings, useSettings } from '../store/settings.ts'
import { useView } from '../store/view.ts'
import type { PageAddress } from './page-address.ts'
import { defaultScenario, explain, openOptions, parseAddress } from './page-address.ts'

/** Resolves when the page can be drawn: its texts are there. The simulation is being made meanwhile. */
export async function startPage(connection: HostConnection): Promise<void> {
  const address = parseAddress(window.location.search, window.location.hash)
  if (address.language !== null) overrideSettings({ language: address.language })
  useMode.setState({ present: address.present, embed: address.embed })
  connect(connection)
  const opened = open(address)
  installAutomation(opened)
  opened.then(fetchOtherLanguages, () => {})
  const { app } = await loadTexts(useSettings.getState().language)
  for (const problem of address.problems) notify(explain(problem, app))
}

async function open(address: PageAddress): Promise<void> {
  try {
    const wanted = openOptions(address, defaultScenario)
    try {
      await call('open', wanted)
    } catch (error) {
      if (!(error instanceof CallRefused) || error.code === 'HostLost') throw error
      await openInstead(wanted, error.message)
    }
  } catch (error) {
    useView.setState({ lost: error instanceof Error ? error.message : String(error) })
    throw error
  }
}

/** What the address asks for cannot be: says why, and opens what comes nearest. */
async function openInstead(wanted: OpenOptions, reason: string): Promise<void> {
  const { app } = await loadTexts(useSettings.getState().language)
  const names = (await call('scenarios')).map(({ name }) => name)
  const isThere = names.includes(wanted.scenario)
  if (isThere || wanted.shared !== undefined) {
    notify(app.openFailed(reason))
    await call('open', { scenario: isThere ? wanted.scenario : defaultScenario })
  } else {
    notify(app.notFoundScenario(wanted.scenario, names.join(', ')))
    await call('open', { ...withoutPosition(wanted), scenario: defaultScenario })
  }
}

function withoutPosition({ scenario, seed }: { readonly scenario: string; readonly seed?: number }) {
  return seed === undefined ? { scenario } : { scenario, seed }
}
