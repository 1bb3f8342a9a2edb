// The list of faults: active ones, and the catalogue.

export const faults = {
  title: 'Faults',
  active: 'Active now',
  none: 'Nothing is broken. Choose something below, or select a thing on the stage and press K.',
  since: (time: string) => `since ${time} s`,
  left: (seconds: number) => `restores itself in ${seconds} s`,
  restore: 'Restore',
  restoreNamed: (fault: string, target: string) => `Restore: ${fault}, ${target}`,
  catalogue: 'What can break',
  fault: 'Fault',
  target: 'Target',
  between: 'and',
  sideHint: 'all; or a,b',
  duration: 'For',
  durationHint: '2m, 40s; empty: until restored',
  inject: 'Break it',
  breaking: 'Breaking…',
  loading: 'Loading the catalogue…',
  failed: (reason: string) => `That did not work: ${reason}`,
  noTargets: 'Nothing here can be hit by it now.',
}
