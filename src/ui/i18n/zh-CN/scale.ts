// How large a cluster is, and what of it is kept.

import type { scale as english } from '../en/scale.ts'
import type { Texts } from '../texts.ts'

export const scale: Texts<typeof english> = {
  size: '集群的节点数',
  sizeOf: (nodes) => `${nodes} 个节点`,
  dropped: (count, most) => ` · 更早的 ${count} 个已丢弃，保留 ${most} 个；回到过去时会重新生成`,
}
