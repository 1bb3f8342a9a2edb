// The terminal.

export const kubectl = {
  title: 'kubectl',
  output: 'Terminal output',
  input: 'Command line',
  placeholder: 'kubectl get pods',
  welcome: 'A terminal on this cluster. Type a kubectl command, or press Enter to run the one that is ready.',
  keys: '↑ ↓ history · Tab completes · Ctrl+L clears · Ctrl+C gives up',
  run: 'Run',
  running: 'running…',
  started: 'Started: follow it on the stage.',
  exit: (code: number) => `exit code ${code}`,
  gaveUp: '^C',
  choices: 'Completions',
}
