// What the kernel sends to itself.
import type { Lever } from './machine-room.ts'
import type { Micros } from './micros.ts'
import type { ProcessId } from './process.ts'

export type Order =
  | { readonly type: 'heal'; readonly id: string }
  | { readonly type: 'levers'; readonly levers: readonly Lever[] }
  /** A slow process is done with a delivery. */
  | { readonly type: 'next'; readonly process: ProcessId; readonly at: Micros }
