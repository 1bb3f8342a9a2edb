// A Deployment on Vitrine and on webernetes, side by side: `npm run bench:webernetes`. The two take turns in processes of
// their own, so that both see the same machine. webernetes is installed into .cache the first time.

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { summary } from '../measure.ts'

/** The newest that the npm registry serves. */
const VERSION = '0.3.5'
const ROUNDS = 5
const SIZES = [
  { nodes: 3, pods: 50 },
  { nodes: 20, pods: 200 },
  { nodes: 100, pods: 1_000 },
] as const

interface Figures {
  readonly cpuMsPerPod: number
  readonly wallSeconds: number
  readonly peakRssMiB: number
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const cache = join(root, '.cache', 'webernetes')

function install(): void {
  if (existsSync(join(cache, 'node_modules', '@ngrok', 'webernetes'))) return
  mkdirSync(cache, { recursive: true })
  writeFileSync(join(cache, 'package.json'), '{ "private": true }\n')
  execFileSync('npm', ['install', '--no-audit', '--no-fund', `@ngrok/webernetes@${VERSION}`], {
    cwd: cache,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

/** Its modules import each other as bundlers resolve them and Node.js does not. */
async function bundle(): Promise<string> {
  const outDir = join(cache, 'bundle')
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    resolve: { alias: { '@ngrok/webernetes': join(cache, 'node_modules/@ngrok/webernetes/dist/index.js') } },
    ssr: { noExternal: true },
    build: {
      ssr: join(root, 'bench/webernetes/deployment.mjs'),
      target: 'node20',
      outDir,
      emptyOutDir: true,
      rollupOptions: { output: { entryFileNames: 'deployment.mjs' } },
    },
  })
  return join(outDir, 'deployment.mjs')
}

function run(args: readonly string[]): Figures {
  const lines = execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' }).trim().split('\n')
  return JSON.parse(lines.at(-1) ?? '') as Figures
}

const medianOf = (all: readonly Figures[], figure: keyof Figures): number =>
  summary(all.map((figures) => figures[figure])).median

install()
const theirs = await bundle()
console.log(
  `CPU ms a Pod, from apply to the last ready Pod: medians of ${ROUNDS} runs each, taken in turns\n`,
)
console.log('| nodes, Pods | Vitrine | webernetes | ratio | wall s | peak MiB |')
console.log('|---|---|---|---|---|---|')
for (const { nodes, pods } of SIZES) {
  const ours: Figures[] = []
  const others: Figures[] = []
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(run(['scripts/vitrine.mjs', 'bench', '--json', '--nodes', `${nodes}`, '--pods', `${pods}`]))
    others.push(run([theirs, `${nodes}`, `${pods}`]))
  }
  const [own, other] = [medianOf(ours, 'cpuMsPerPod'), medianOf(others, 'cpuMsPerPod')]
  const both = (figure: keyof Figures, digits: number): string =>
    `${medianOf(ours, figure).toFixed(digits)} / ${medianOf(others, figure).toFixed(digits)}`
  console.log(
    `| ${nodes}, ${pods} | ${own.toFixed(2)} | ${other.toFixed(1)} | ${(other / own).toFixed(1)} | ${both('wallSeconds', 1)} | ${both('peakRssMiB', 0)} |`,
  )
}
