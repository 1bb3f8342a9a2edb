// `npm run size`: how much compressed JavaScript the first load of the built page costs, against its budget.

import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { gzipSync } from 'node:zlib'
import { firstLoad } from './first-load.ts'
import { root } from './install.mjs'

/** A phone on a slow connection (1.6 Mbit/s) then waits for about two seconds. */
const budgetKilobytes = 350

let totalKilobytes = 0
for (const file of firstLoad(`${root}dist`)) {
  const kilobytes = gzipSync(readFileSync(file)).length / 1000
  totalKilobytes += kilobytes
  console.log(`${kilobytes.toFixed(1).padStart(7)} KB  ${relative(root, file)}`)
}
console.log(
  `${totalKilobytes.toFixed(1).padStart(7)} KB of ${budgetKilobytes} KB for the first load, gzipped`,
)
if (totalKilobytes > budgetKilobytes) {
  console.error('Over the budget: import what the first screen does not need with import().')
  process.exitCode = 1
}
