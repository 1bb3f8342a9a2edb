// The table of events.

import type { events as english } from '../en/events.ts'
import type { Texts } from '../texts.ts'

export const events: Texts<typeof english> = {
  title: '事件',
  table: '事件',
  time: '时刻',
  way: '从 → 到',
  label: '内容',
  detail: '细节',
  cause: '起因',
  level: '显示',
  levels: { story: '主线', detail: '主线与细节', noise: '全部' },
  process: '进程',
  allProcesses: '全部',
  search: '搜索',
  searchHint: '行内文字',
  chain: '只看这条因果链',
  chainHint: '选中事件的起因，以及它引起的一切',
  count: (count) => `${count} 个事件`,
  follow: '跟随时钟',
  causedBy: (time) => `← ${time}`,
  goToCause: (time) => `跳到起因，${time}`,
  milestone: (id) => `第 ${id} 步`,
  failed: '失败',
  loading: '正在载入事件……',
  empty: '还没有发生什么。按播放，或运行命令。',
  emptyFiltered: '没有符合条件的事件。',
  reset: '清除筛选',
  error: '无法载入事件：',
  retry: '重试',
}
