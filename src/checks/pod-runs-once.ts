// A Pod runs on one node only, and each of its containers once: judged by what the container runtimes really started.
import type { TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import type { Check, Complaints } from './check.ts'
import { fine } from './check.ts'
import type { RuntimeEvent } from './running-containers.ts'
import { nodeOf, RUNTIME_EVENTS, RunningContainers } from './running-containers.ts'

class Runs {
  readonly sees = RUNTIME_EVENTS
  private readonly running = new RunningContainers()

  see(event: TraceEvent): Complaints {
    const found =
      !isMessage(event) && event.type === 'runtime' && event.step === 'container-started'
        ? this.started(event)
        : fine
    this.running.see(event)
    return found
  }

  private started({ pod, uid, container = '', process }: RuntimeEvent): Complaints {
    const node = nodeOf(process)
    const running = this.running.of(uid)
    if (running === undefined) return fine
    if (running.get(container) === node)
      return [`container ${container} of ${pod} is started on ${node}, where it is running already`]
    for (const [other, where] of running)
      if (where !== node)
        return [`container ${container} of ${pod} is started on ${node}, while ${other} runs on ${where}`]
    return fine
  }
}

export const podRunsOnce: Check = {
  name: 'pod-runs-once',
  title: { en: 'A Pod runs in one place', 'zh-CN': 'Pod 只在一处运行' },
  explains: {
    en: "A Pod's containers run on one node only, and each of them once. Two copies of one Pod could both write to the same data.",
    'zh-CN':
      '一个 Pod 的容器只在一个节点上运行，且每个容器只运行一份。同一个 Pod 若有两份，就可能同时写同一份数据。',
  },
  start: () => new Runs(),
}
