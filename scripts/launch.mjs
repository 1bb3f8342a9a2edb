// The entry of `npm start` and `npm test`. It runs before anything is installed and on any Node.js that knows modules,
// so its syntax is old; what needs a newer Node.js is imported after the check.

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const supported = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22
if (!supported) {
  console.error(
    `Vitrine needs Node.js 20.19 or later of the 20 line, or 22.12 or later. This is ${process.version}. ` +
      'Install a newer one from https://nodejs.org and run the command again.',
  )
  process.exit(1)
}

const command = process.argv[2]
if (command !== 'start' && command !== 'test') {
  console.error('Usage: node scripts/launch.mjs start|test')
  process.exit(2)
}

import(`./${command}.mjs`).catch((error) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})
