// The page's kubectl: command lines in, API requests out, text back.
export { kubectl } from './kubectl.ts'
export { type ManifestError, type Manifests, parseManifests } from './manifest.ts'
export type { InterruptMessage, KubectlConfig, KubectlMessage } from './state.ts'
