// Sharing and exporting the session.

import type { share as english } from '../en/share.ts'
import type { Texts } from '../texts.ts'

export const share: Texts<typeof english> = {
  title: '分享与导出',
  link: '本次会话的链接',
  linkHint: '打开它的人会看到同样的集群、同样的事件、同一时刻。链接里是你做过的操作，不是录像。',
  making: '正在生成链接……',
  copy: '复制链接',
  copied: '已复制',
  copyFailed: '浏览器不允许复制。链接已选中：请按 Ctrl+C。',
  exports: '导出',
  formats: {
    ndjson: '事件记录，每行一个（NDJSON）',
    'chrome-trace': 'Chrome trace（可用 Perfetto 打开）',
    mermaid: '消息时序图（Mermaid）',
    scenario: '把做过的操作存为场景（YAML）',
  },
  download: '下载',
  preparing: '正在准备……',
  scenarioFile: '打开场景文件',
  scenarioHint: '包含拓扑、章节与文字的 YAML 文件。它会替换本页的会话。',
  open: '打开文件……',
  opened: (name) => `已打开 ${name}。`,
  tooLarge: (name, mib) => `${name} 超过 ${mib} MiB；场景文件没有这么大。`,
  failed: (reason) => `没有成功：${reason}`,
}
