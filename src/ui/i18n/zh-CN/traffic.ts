// Traffic: who asks what of the apiserver.

import type { traffic as english } from '../en/traffic.ts'
import type { Texts } from '../texts.ts'

export const traffic: Texts<typeof english> = {
  title: '流量',
  table: '各客户端的请求与事件',
  client: '客户端',
  columns: {
    lists: 'list',
    gets: 'get',
    writes: '写入',
    watches: 'watch',
    events: '收到的事件',
    failures: '失败',
  },
  hints: {
    lists: '开始时读一整个集合',
    gets: '读一个对象',
    writes: 'create、update、patch、delete',
    watches: '打开一条长响应',
    events: '沿常连的 watch 主动送来，不必询问',
    failures: '报告失败的答复',
  },
  saves: (events, watches, lists) =>
    `list-watch：开始时 list ${lists} 次，之后 ${watches} 条常连的 watch 主动送来 ${events} 次变化。若靠轮询，每个客户端都要一遍遍重复提问，多半只是得知什么都没变。`,
  nothing: '还没有谁向 apiserver 请求过什么。',
}
