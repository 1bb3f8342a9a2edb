// Exports as files on the reader's disk.

import type { CallArguments, ScenarioView } from '../../../worker/protocol.ts'

export type ExportFormat = CallArguments<'export'>[0]

export const exportFormats: readonly ExportFormat[] = ['ndjson', 'chrome-trace', 'mermaid', 'scenario']

const endings: Readonly<Record<ExportFormat, string>> = {
  ndjson: 'ndjson',
  'chrome-trace': 'trace.json',
  mermaid: 'mmd',
  scenario: 'yaml',
}

/** "vitrine-pod-creation-11.trace.json": which session it is can be read from the name. */
export const fileNameFor = (format: ExportFormat, scenario: ScenarioView | null): string =>
  `vitrine-${scenario === null ? 'session' : `${scenario.name}-${scenario.seed}`}.${endings[format]}`

export function saveFile(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/octet-stream' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The browser reads the address after the click was handled.
  window.setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
