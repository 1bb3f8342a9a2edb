// The story: chapters, milestones, the prepared command, questions.

import type { story as english } from '../en/story.ts'
import type { Texts } from '../texts.ts'

export const story: Texts<typeof english> = {
  chapterOf: (number, count) => `第 ${number} 章，共 ${count} 章`,
  steps: '步骤',
  done: '已完成',
  now: '现在',
  next: '未到',
  prepared: '命令已备好',
  comesNext: '接下来',
  run: '运行',
  running: '运行中……',
  files: (names) => `用到 ${names}`,
  guess: '先猜一猜',
  answered: '你的猜测',
  right: '猜对了',
  wrong: '不是这个',
  rightAnswer: '答案',
  goOn: '继续',
  previous: '上一步',
  nextStep: '下一步',
  progress: (number, count) => `${number} / ${count}`,
  loading: '正在打开讲解……',
  noStory: '这个会话没有讲解。在下方输入命令，在集群图上看它如何执行。',
}
