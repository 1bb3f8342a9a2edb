// The words of the checks' panel and light. Both are shown only when the checks are loaded, so their words come with them
// instead of with the page.
import type { Language } from '../../../worker/protocol.ts'
import type { Texts } from '../../i18n/texts.ts'
import { useLanguage } from '../../i18n/use-texts.ts'

const en = {
  about:
    'What must hold in every history, judged from the trace alone by code that shares nothing with the cluster. Each line is true at the moment you look at.',
  list: 'Checks',
  holds: 'holds',
  violated: (times: number) => (times === 1 ? 'violated' : `violated ${times} times`),
  settles: 'judged in tests, once everything has settled',
  at: (moment: string) => `at ${moment}`,
  goTo: 'Go to the event',
  goToNamed: (title: string) => `Go to the event that violated “${title}”`,
  allHold: (total: number) => `Checks: nothing is violated (${total} checks)`,
  someBroken: (broken: number) => `Checks: ${broken} violated`,
  loading: 'Loading the checks…',
  tooLarge:
    'Not judged here: checks remember all that they judge, and in a cluster of this size that is more than a page can hold. Command lines and tests judge clusters of any size.',
  failed: (reason: string) => `The checks could not be loaded: ${reason}`,
}

const zhCN: Texts<typeof en> = {
  about:
    '在任何历史中都必须成立的性质，由与集群毫无共用代码的检查器仅凭事件记录来判断。每一行都反映你正在看的那一刻。',
  list: '检查',
  holds: '成立',
  violated: (times) => (times === 1 ? '被违反' : `被违反 ${times} 次`),
  settles: '在测试中、待一切稳定之后判断',
  at: (moment) => `于 ${moment}`,
  goTo: '转到该事件',
  goToNamed: (title) => `转到违反“${title}”的事件`,
  allHold: (total) => `检查：没有违反（共 ${total} 项）`,
  someBroken: (broken) => `检查：${broken} 项被违反`,
  loading: '正在加载检查…',
  tooLarge:
    '此处不做判断：检查器要记住判断过的一切，这么大的集群超出了页面的容量。命令行和测试可以检查任意规模的集群。',
  failed: (reason: string) => `检查加载失败：${reason}`,
}

const texts: Readonly<Record<Language, Texts<typeof en>>> = { en, 'zh-CN': zhCN }

export const useCheckTexts = (): Texts<typeof en> => texts[useLanguage()]
