// What the first picture can do without, as one part that is loaded after it: kubectl's commands, and everything that
// needs a YAML parser or a schema.
export { runLine } from '../kubectl/command-line.ts'
export { checkCall } from './call-schemas.ts'
export { exportChromeTrace, exportMermaid, exportNdjson, exportScenario } from './exports.ts'
export { FleetScreen } from './fleet-screen.ts'
export { inspect } from './inspect.ts'
export { checkEntries, Judge } from './judge.ts'
export { remake } from './rewinder.ts'
export { parseScenario } from './scenario-file.ts'
export { readShared, share } from './share.ts'
