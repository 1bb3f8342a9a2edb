// The state of the cluster in the public shape of `window.vitrine.state()` and `GET /state`.
import type { ClusterState } from '../worker/protocol.ts'
import { checksAt } from './checks-at.ts'
import { checkEntries, Judge } from './judge.ts'
import type { Session } from './session.ts'

export function clusterState(session: Session): ClusterState {
  const { branch, cursor } = session
  const stage = branch.stage.at(session.length)
  const pods = stage.pods.values().filter((pod) => pod.recorded)
  const podsOn = new Map<string, number>()
  for (const { node } of pods) if (node !== null) podsOn.set(node, (podsOn.get(node) ?? 0) + 1)
  const until = new Map(branch.kernel.faults.map((fault) => [fault.id, fault.until]))
  return {
    now: cursor,
    digest: branch.recording.digestAt(session.length),
    hosts: stage.hosts.values(),
    processes: stage.processes.values().map(({ id, kind, host, up }) => ({ id, kind, host, up })),
    etcd: stage.members.values().map(({ id, role, term, commit, applied, up }) => ({
      id,
      role,
      term,
      commit,
      applied,
      up,
    })),
    nodes: stage.nodes.values().map((node) => ({
      name: node.name,
      ready: node.ready === 'True',
      pods: podsOn.get(node.name) ?? 0,
    })),
    pods: pods.map(({ namespace, name, phase, node, ip, ready }) => ({
      namespace,
      name,
      phase,
      node,
      ip,
      ready,
    })),
    faults: stage.faults.values().map(({ id, fault, target }) => ({
      id,
      fault,
      target,
      until: until.get(id) ?? null,
    })),
    milestones: branch.milestones.at(session.length).reached.filter(({ at }) => at <= cursor),
    checks: checksOf(session),
  }
}

/** Every check; those that hold only once everything has settled are not judged before, and count as fine. */
function checksOf(session: Session): ClusterState['checks'] {
  const view = checksAt(session.branch, session.length, Judge)
  if (view === null) return []
  const broken = new Set(view.broken.map(({ name }) => name))
  return checkEntries.map(({ name }) => ({ name, ok: !broken.has(name) }))
}
