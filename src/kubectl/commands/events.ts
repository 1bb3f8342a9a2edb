// kubectl events: what happened, oldest first. Models kubectl/pkg/cmd/events.
import { formatAge } from '../../sim/api/duration.ts'
import type { JsonObject } from '../../sim/api/json.ts'
import { EVENTS } from '../../sim/api/resources.ts'
import { parseTime } from '../../sim/api/time.ts'
import { api } from '../../sim/client/index.ts'
import type { Command } from '../command.ts'
import { now, print, printError } from '../effects.ts'
import { apiFailure } from '../failure.ts'
import { flag } from '../flags.ts'
import { integer, json, text } from '../objects.ts'
import { alignTabs, TABLE_TABS } from '../print/tab-writer.ts'

export const events: Command = {
  name: 'events',
  summary: 'List events',
  usage: 'kubectl events [--for TYPE/NAME] [--types=Normal,Warning] [options]',
  flags: [flag('all-namespaces', 'bool', 'A'), flag('for'), flag('types'), flag('no-headers', 'bool')],
  *run({ flags, namespace }) {
    const all = flags.bool('all-namespaces')
    const listed = yield* api.list(EVENTS, all ? null : namespace)
    if (!listed.ok) throw apiFailure(listed.status)
    const about = flags.text('for').toLowerCase()
    const types = flags
      .text('types')
      .toLowerCase()
      .split(',')
      .filter((type) => type !== '')
    const shown = listed.object.items
      .map((event) => json(event))
      .filter((event) => about === '' || objectOf(event).toLowerCase() === about)
      .filter((event) => types.length === 0 || types.includes(text(event, 'type').toLowerCase()))
      .sort((a, b) => (lastSeen(a) ?? 0) - (lastSeen(b) ?? 0))
    if (shown.length === 0) {
      yield* printError(all ? 'No events found.\n' : `No events found in ${namespace} namespace.\n`)
      return
    }
    const at = yield* now()
    const head = flags.bool('no-headers')
      ? ''
      : `${all ? 'NAMESPACE\t' : ''}LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE\n`
    const rows = shown.map((event) => {
      const where = all ? `${text(event, 'metadata', 'namespace')}\t` : ''
      const cells = [
        seen(event, at),
        text(event, 'type'),
        text(event, 'reason'),
        objectOf(event),
        text(event, 'message').trim(),
      ]
      return `${where}${cells.join('\t')}\n`
    })
    yield* print(alignTabs(head + rows.join(''), TABLE_TABS))
  },
}

const objectOf = (event: JsonObject): string =>
  `${text(event, 'involvedObject', 'kind')}/${text(event, 'involvedObject', 'name')}`

const lastSeen = (event: JsonObject): number | undefined =>
  parseTime(text(event, 'lastTimestamp') || text(event, 'eventTime') || text(event, 'firstTimestamp'))

function seen(event: JsonObject, at: number): string {
  const age = (time: number | undefined): string => (time === undefined ? '<unknown>' : formatAge(at - time))
  const count = integer(event, 'count')
  const last = age(lastSeen(event))
  return count > 1 ? `${last} (x${count} over ${age(parseTime(text(event, 'firstTimestamp')))})` : last
}
