// The page's kubectl: command lines in, API requests out, text back. Its messages are in `state.ts`; others that take
// manifests use `manifest.ts`. `command-line.ts`, with all the commands, is not listed: a host may load it later.
export { kubectlProcess } from './kubectl.ts'
