// Bringing a Pod's status to the apiserver, and the last word about a Pod that is to be deleted. Models syncPod of
// pkg/kubelet/status/status_manager.go: get, compare, patch what differs; then delete what has ended.
import type { Pod } from '../../api/objects.ts'
import { PODS } from '../../api/resources.ts'
import { api, failedWith } from '../../client/index.ts'
import type { Task } from '../../kernel/task.ts'
import { nextReport } from './effects.ts'
import { mergePodStatus, podStatusPatch } from './status-patch.ts'

/** The version that is known to the apiserver now; null: it has to be tried again. */
export function* reportPodStatus(uid: string): Task<number | null> {
  const report = yield* nextReport(uid)
  if (report === null) return 0
  const { namespace, name } = report.pod.metadata
  const stored = yield* api.get(PODS, namespace, name)
  if (!stored.ok) return failedWith(stored, 'NotFound') ? report.version : null
  // Another Pod of the same name: this one is gone, and its status with it.
  if (stored.object.metadata.uid !== uid) return report.version
  const merged = mergePodStatus(stored.object.status, report.status, report.mayRun)
  const patch = podStatusPatch(uid, stored.object.status, merged)
  if (patch !== null) {
    const patched = yield* api.patch<Pod>(PODS, namespace, name, 'strategic', patch, 'status')
    if (!patched.ok) return failedWith(patched, 'NotFound') ? report.version : null
  }
  if (!report.remove) return report.version
  const removed = yield* api.delete(PODS, namespace, name, {
    gracePeriodSeconds: 0,
    preconditions: { uid },
  })
  return removed.ok || failedWith(removed, 'NotFound') || failedWith(removed, 'Conflict')
    ? report.version
    : null
}
