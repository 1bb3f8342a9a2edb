// What a controller gets to handle one change with.
import type { KubeObject } from '../../api/objects.ts'
import type { ResourceRef } from '../../api/resources.ts'
import type { Client, EventDraft } from '../../client/index.ts'
import { addKey, addKeyAfter } from '../../client/index.ts'
import type { Context } from '../../kernel/process.ts'
import type { ChangeTools, Controller } from './controller.ts'
import type { ControllerState } from './sync-host.ts'

interface Runtime<S> {
  readonly client: Client<S>
  recordFor(state: S, controller: Controller, draft: EventDraft, context: Context): void
}

/** Valid only while one change is handed to one controller. */
export class Tools<S> implements ChangeTools {
  private readonly runtime: Runtime<S>
  private readonly state: S
  private readonly own: ControllerState
  private readonly controller: Controller
  private readonly cause: number
  private readonly context: Context

  constructor(
    runtime: Runtime<S>,
    state: S,
    own: ControllerState,
    controller: Controller,
    cause: number,
    context: Context,
  ) {
    this.runtime = runtime
    this.state = state
    this.own = own
    this.controller = controller
    this.cause = cause
    this.context = context
  }

  get now() {
    return this.context.now
  }

  get expectations() {
    return this.own.expectations
  }

  get memory() {
    return this.own.memory
  }

  enqueue(key: string): void {
    addKey(this.own.queue, key, this.cause)
  }

  enqueueAfter(key: string, delayMicros: number): void {
    addKeyAfter(this.own.queue, key, delayMicros, this.context)
  }

  get<T extends KubeObject>(ref: ResourceRef<T>, key: string): T | undefined {
    return this.runtime.client.get(this.state, ref, key)
  }

  byIndex<T extends KubeObject>(ref: ResourceRef<T>, index: string, value: string): readonly T[] {
    return this.runtime.client.byIndex(this.state, ref, index, value)
  }

  list<T extends KubeObject>(ref: ResourceRef<T>): readonly T[] {
    return this.runtime.client.list(this.state, ref)
  }

  record(draft: EventDraft): void {
    this.runtime.recordFor(this.state, this.controller, draft, this.context)
  }
}
