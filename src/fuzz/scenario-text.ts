// A failing story as a scenario file: what "vitrine run" and the page open.
import { stringify } from 'yaml'
import type { Violation } from '../checks/check.ts'
import type { Story } from './story.ts'
import { scenarioOf } from './story.ts'

export function scenarioText(story: Story, { check, at, message }: Violation): string {
  const moment = `${(at / 1e6).toFixed(6)} s`
  return stringify(
    scenarioOf(story, {
      en: `At ${moment} the check ${check} fails: ${message}`,
      'zh-CN': `在 ${moment}，检查 ${check} 不成立：${message}`,
    }),
    { aliasDuplicateObjects: false },
  )
}
