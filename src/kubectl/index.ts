// The page's kubectl: command lines in, API requests out, text back. Its messages are in `state.ts`; others that take
// manifests use `manifest.ts`.
export { kubectl } from './kubectl.ts'
