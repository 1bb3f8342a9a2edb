// `npm run size`: how much compressed JavaScript the first load of the built page costs, against its budget: the entry,
// the worker, what both import, and the texts of one language.

import { readdirSync, readFileSync } from 'node:fs'
import { basename, relative } from 'node:path'
import { gzipSync } from 'node:zlib'
import { languages } from '../src/ui/i18n/load-texts.ts'
import { firstLoad } from './first-load.ts'
import { root } from './install.mjs'

/** A phone on a slow connection (1.6 Mbit/s) then waits for about two seconds. */
const budgetKilobytes = 350

const sizeOf = (file: string): number => gzipSync(readFileSync(file)).length / 1000

/** @throws when a language has no chunk of its own: then its texts would be counted nowhere */
function largestCatalogue(dist: string): string {
  const chunks = readdirSync(`${dist}/assets`).map((name) => `${dist}/assets/${name}`)
  const catalogues = languages.map((language) => {
    const chunk = chunks.find((file) => basename(file).startsWith(`${language}-`))
    if (chunk === undefined) throw new Error(`There is no chunk with the texts of ${language}.`)
    return chunk
  })
  return catalogues.reduce((largest, file) => (sizeOf(file) > sizeOf(largest) ? file : largest))
}

let totalKilobytes = 0
const dist = `${root}dist`
for (const file of [...firstLoad(dist), largestCatalogue(dist)]) {
  const kilobytes = sizeOf(file)
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
