// One message in flight is lost. The connection does not notice, which TCP would not allow: it is a teaching fault.
import type { Fault } from './runtime/fault.ts'
import { listed, refuse } from './runtime/fault.ts'

export const messageDropped: Fault = {
  name: 'message-dropped',
  targets: ['message'],
  parameters: {},
  title: { en: 'Lose this message', 'zh-CN': '丢失这条消息' },
  explains: {
    en: 'The message vanishes on its way and neither side is told.',
    'zh-CN': '消息在途中消失，双方都得不到通知。',
  },
  plan(target, _parameters, machines) {
    const message = Number(target)
    if (!Number.isInteger(message) || message <= 0) return refuse(`"${target}" is not the seq of a message`)
    if (machines.isInFlight?.(message) === false)
      return refuse(
        `no message ${message} is on its way: it has arrived, was lost, or was never sent; on their way are ${listed(machines.messagesInFlight?.() ?? [])}`,
      )
    return { ok: true, levers: [{ lever: 'drop', message }], heal: [] }
  },
}
