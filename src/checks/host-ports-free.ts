// The scheduler binds no two Pods to one node that want the same port of it.
import type { Pod } from '../sim/api/objects.ts'
import type { Check, Complaints } from './check.ts'
import { fine } from './check.ts'
import { placementIn } from './placements.ts'
import type { Change } from './recorded.ts'

interface Claim {
  readonly uid: string
  readonly pod: string
}

class Ports {
  private readonly claims = new Map<string, Claim[]>()
  private readonly byPod = new Map<string, readonly string[]>()

  changed(change: Change): Complaints {
    const { released, placed } = placementIn(change)
    if (released !== null) this.release(released)
    return placed === null ? fine : this.claim(placed.pod, placed.node)
  }

  private claim({ metadata, spec }: Pod, node: string): Complaints {
    const { uid } = metadata
    const pod = `${metadata.namespace}/${metadata.name}`
    const found: string[] = []
    const names: string[] = []
    for (const { ports = [] } of [...spec.containers, ...(spec.initContainers ?? [])]) {
      for (const { hostPort = 0, protocol = 'TCP', hostIP = '' } of ports) {
        if (hostPort === 0) continue
        const ip = hostIP === '' ? '0.0.0.0' : hostIP
        const name = `${node} ${protocol} ${hostPort} ${ip}`
        const other = this.taken(node, protocol, hostPort, ip, uid)
        if (other !== undefined)
          found.push(`${pod} gets ${node}, where ${other.pod} has ${protocol} port ${hostPort}`)
        this.claims.set(name, [...(this.claims.get(name) ?? []), { uid, pod }])
        names.push(name)
      }
    }
    if (names.length > 0) this.byPod.set(uid, names)
    return found
  }

  /** All addresses clash with every one. */
  private taken(node: string, protocol: string, port: number, ip: string, uid: string): Claim | undefined {
    const prefix = `${node} ${protocol} ${port} `
    for (const [name, claims] of this.claims) {
      if (!name.startsWith(prefix)) continue
      const theirs = name.slice(prefix.length)
      if (theirs !== ip && theirs !== '0.0.0.0' && ip !== '0.0.0.0') continue
      const other = claims.find((claim) => claim.uid !== uid)
      if (other !== undefined) return other
    }
    return undefined
  }

  private release(uid: string): void {
    for (const name of this.byPod.get(uid) ?? []) {
      const left = (this.claims.get(name) ?? []).filter((claim) => claim.uid !== uid)
      if (left.length > 0) this.claims.set(name, left)
      else this.claims.delete(name)
    }
    this.byPod.delete(uid)
  }
}

export const hostPortsFree: Check = {
  name: 'host-ports-free',
  title: { en: 'Host ports do not clash', 'zh-CN': '主机端口不冲突' },
  explains: {
    en: 'Two Pods that want the same port of their node are never bound to the same node: only one of them could listen.',
    'zh-CN': '需要同一主机端口的两个 Pod 不会绑定到同一节点，因为只有一个能监听成功。',
  },
  start: () => new Ports(),
}
