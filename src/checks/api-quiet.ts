// Nothing runs hot: once everything has settled, no client goes on writing the same thing, and no controller goes on
// reconciling the same object, beyond a few times a minute.
import type { RequestMessage } from '../sim/api/messages.ts'
import type { TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import type { Check, Complaints, Processes } from './check.ts'
import { fine } from './check.ts'

const MINUTE = 60_000_000
/** In the last whole minute. A Lease is renewed each 2 s, and a crashing container is told of a few times. */
const MOST_WRITES = 36
const MOST_PASSES = 60

class Activity {
  readonly sees = ['request', 'reconcile']
  private minute = 0
  private present = new Map<string, number>()
  private before = new Map<string, number>()

  see(event: TraceEvent): Complaints {
    if (isMessage(event)) {
      const { method, path } = (event.message as RequestMessage).request
      if (method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS')
        this.count(event.at, `${event.from} asks ${method} ${path}`)
    } else if (event.type === 'reconcile' && event.step === 'start')
      this.count(event.at, `${event.controller} reconciles ${event.key}`)
    return fine
  }

  private count(at: number, what: string): void {
    this.turnTo(at)
    this.present.set(what, (this.present.get(what) ?? 0) + 1)
  }

  private turnTo(at: number): void {
    const minute = Math.floor(at / MINUTE)
    if (minute === this.minute) return
    this.before = minute === this.minute + 1 ? this.present : new Map()
    this.present = new Map()
    this.minute = minute
  }

  settled({ now }: Processes): Complaints {
    this.turnTo(now)
    const found: string[] = []
    for (const [what, times] of this.before)
      if (times > (what.includes(' reconciles ') ? MOST_PASSES : MOST_WRITES))
        found.push(`${what} ${times} times in a minute in which nothing was left to do`)
    return found
  }
}

export const apiQuiet: Check = {
  name: 'api-quiet',
  title: { en: 'Quiet in the end', 'zh-CN': '最终归于平静' },
  explains: {
    en: 'Once everything has settled, nobody goes on writing the same object or reconciling it without end: no hot loops.',
    'zh-CN': '稳定之后，没有组件无休止地写同一个对象或反复调谐它：不存在空转循环。',
  },
  settles: true,
  start: () => new Activity(),
}
