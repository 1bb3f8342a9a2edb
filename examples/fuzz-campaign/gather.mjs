#!/usr/bin/env node
// Adds up a campaign: reads the logs of its Pods, in which each has printed one line of JSON, and says how many seeds
// were played and what they found. Exit code: 0 nothing was violated, 1 something was, 2 there is no report at all.
import { createInterface } from 'node:readline'

const total = { seeds: 0, virtualSeconds: 0, wallSeconds: 0 }
const violations = []
let reports = 0
for await (const line of createInterface({ input: process.stdin })) {
  // With `kubectl logs --prefix`, the Pod's name comes first.
  const text = line.slice(Math.max(0, line.indexOf('{')))
  if (!text.startsWith('{"seeds":')) continue
  const report = JSON.parse(text)
  reports++
  for (const name of Object.keys(total)) total[name] += report[name]
  violations.push(...report.violations)
}

for (const { seed, check, message, again } of violations.sort((one, other) => one.seed - other.seed))
  console.log(`FAIL seed ${seed}  ${check}: ${message}\n     ${again}`)
const hours = (total.virtualSeconds / 3600).toFixed(1)
console.log(
  `${reports} reports, ${total.seeds} seeds, ${hours} h of virtual time in ${Math.round(total.wallSeconds)} s of computing: ${violations.length} violations`,
)
process.exitCode = reports === 0 ? 2 : violations.length === 0 ? 0 : 1
