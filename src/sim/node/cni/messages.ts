// What a runtime asks of the network plugins of its node, after the CNI specification: ADD and DEL of a sandbox, and the
// network's configuration, which carries the node's range of Pod addresses.

export type CniCall =
  /** Writes the network's configuration; ADD works from then on. */
  | { readonly command: 'CONFIGURE'; readonly podCIDR: string }
  | { readonly command: 'ADD'; readonly sandboxId: string; readonly netns: string; readonly pod: string }
  | { readonly command: 'DEL'; readonly sandboxId: string; readonly netns: string; readonly pod: string }

export interface CniAddResult {
  readonly ip: string
  readonly gateway: string
  /** The host's end of the pair. */
  readonly veth: string
}

export type CniResult =
  | { readonly ok: true; readonly add?: CniAddResult }
  | { readonly ok: false; readonly message: string }

export interface CniRequestMessage {
  readonly type: 'cni'
  /** Chosen by the runtime, unique in its lifetime. */
  readonly id: number
  readonly call: CniCall
}

export interface CniResultMessage {
  readonly type: 'cni-result'
  readonly id: number
  readonly result: CniResult
}
