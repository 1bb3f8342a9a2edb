// Each running sandbox has an address of its own, and a Pod has one at a time.
import type { TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import type { Check, Complaints } from './check.ts'
import { fine } from './check.ts'
import type { RuntimeEvent } from './running-containers.ts'
import { nodeOf, RUNTIME_EVENTS } from './running-containers.ts'

interface Sandbox {
  readonly pod: string
  readonly uid: string
  readonly node: string
}

class Addresses {
  readonly sees = RUNTIME_EVENTS
  private readonly byAddress = new Map<string, Sandbox>()
  private readonly byPod = new Map<string, string>()

  see(event: TraceEvent): Complaints {
    if (isMessage(event)) return fine
    if (event.type === 'host' && event.step === 'down') this.lose(event.target)
    if (event.type !== 'runtime') return fine
    if (event.step === 'network-ready') return this.connect(event)
    if (event.step === 'network-removed' || event.step === 'sandbox-stopped' || event.step === 'pod-removed')
      this.release(event.uid, nodeOf(event.process))
    return fine
  }

  private connect({ pod, uid, ip = '', process }: RuntimeEvent): Complaints {
    const node = nodeOf(process)
    const other = this.byAddress.get(ip)
    const before = this.byPod.get(`${node} ${uid}`)
    this.byAddress.set(ip, { pod, uid, node })
    this.byPod.set(`${node} ${uid}`, ip)
    if (ip === '') return [`the sandbox of ${pod} on ${node} is ready without an address`]
    if (other !== undefined && other.uid !== uid)
      return [`${pod} on ${node} gets ${ip}, which ${other.pod} on ${other.node} has`]
    return before === undefined
      ? fine
      : [`${pod} on ${node} gets ${ip}, while its sandbox with ${before} is still there`]
  }

  private release(uid: string, node: string): void {
    const name = `${node} ${uid}`
    const ip = this.byPod.get(name)
    if (ip === undefined) return
    this.byPod.delete(name)
    if (this.byAddress.get(ip)?.uid === uid) this.byAddress.delete(ip)
  }

  private lose(node: string): void {
    for (const { uid, node: where } of this.byAddress.values()) if (where === node) this.release(uid, node)
  }
}

export const podAddressesUnique: Check = {
  name: 'pod-addresses-unique',
  title: { en: 'Pod addresses are unique', 'zh-CN': 'Pod 地址唯一' },
  explains: {
    en: 'No two running Pods share an address, and a Pod has one sandbox at a time. Traffic for one would reach the other.',
    'zh-CN':
      '任何两个运行中的 Pod 都不共用地址，一个 Pod 同一时刻只有一个沙箱。否则发给一个 Pod 的流量会到达另一个。',
  },
  start: () => new Addresses(),
}
