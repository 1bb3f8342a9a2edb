// The machines by name, as they are now. The list is immutable, so that checkpoints share it.
import { assert } from './assert.ts'
import type { Host } from './machine-room.ts'
import type { HostName } from './process.ts'

export class HostTable {
  private list: readonly Host[]

  constructor(list: readonly Host[]) {
    this.list = list
  }

  all(): readonly Host[] {
    return this.list
  }

  add(name: HostName, role: string): void {
    assert(!this.list.some((host) => host.name === name), `host ${name} exists already`)
    this.list = [...this.list, { name, role, up: true, since: 0 }]
  }

  /** Throws when there is no such host. */
  named(name: HostName): Host {
    const host = this.list.find((candidate) => candidate.name === name)
    assert(host !== undefined, `no host ${name}`)
    return host
  }

  /** @param since the `seq` at which it happens */
  setUp(name: HostName, up: boolean, since: number): void {
    this.list = this.list.map((host) => (host.name === name ? { ...host, up, since } : host))
  }
}
