// Sharing and exporting the session.

export const share = {
  title: 'Share and export',
  link: 'Link to this session',
  linkHint:
    'Whoever opens it sees the same cluster, the same events and the same moment. It holds what you did, no recording.',
  making: 'Making the link…',
  copy: 'Copy link',
  copied: 'Copied',
  copyFailed: 'The browser did not allow copying. The link is selected: press Ctrl+C.',
  exports: 'Export',
  formats: {
    ndjson: 'Trace, one event a line (NDJSON)',
    'chrome-trace': 'Chrome trace (opens in Perfetto)',
    mermaid: 'Message sequence (Mermaid)',
    scenario: 'What was done, as a scenario (YAML)',
  },
  download: 'Download',
  preparing: 'Preparing…',
  scenarioFile: 'Open a scenario file',
  scenarioHint: 'A YAML file with a topology, chapters and texts. It replaces the session on this page.',
  open: 'Open file…',
  opened: (name: string) => `${name} is open.`,
  tooLarge: (name: string, mib: number) => `${name} is larger than ${mib} MiB; a scenario is smaller.`,
  failed: (reason: string) => `That did not work: ${reason}`,
}
