// Bugs on the nodes: kubelet, container runtime, network plugins and kube-proxy.
import type { PlantedBug } from './planted-bug.ts'

const node = 'src/sim/node'

export const nodeBugs: readonly PlantedBug[] = [
  {
    name: 'kubelet-forgets-sandbox',
    about:
      'A kubelet that restarts does not look at the sandboxes that run already, and starts others beside them.',
    changes: [
      {
        file: `${node}/kubelet/pod-sources.ts`,
        find: '    else if (runtime.sandboxes.length > 0) state.found.set(uid, runtime)\n',
        replace: '',
      },
    ],
    checks: ['api-deletion', 'pod-runs-once', 'pod-addresses-unique', 'desired-state'],
    profile: 'node',
    seeds: 30,
  },
  {
    name: 'kubelet-lets-pods-run-on',
    about: 'A Pod that is deleted is reported as gone while its containers still run.',
    changes: [
      {
        file: `${node}/kubelet/sync-pod.ts`,
        find: '  if (!(yield* killPod(view, view.graceSeconds))) return RETRY\n  yield* freshPodView(uid)\n',
        replace: '  yield* freshPodView(uid)\n',
      },
    ],
    checks: ['api-deletion'],
    seeds: 5,
  },
  {
    name: 'kubelet-deletes-too-early',
    about: 'The kubelet deletes a Pod from the API before its containers have stopped.',
    changes: [
      {
        file: `${node}/kubelet/pod-reports.ts`,
        find: 'const remove = worker.closed && pod.metadata.deletionTimestamp !== undefined',
        replace: 'const remove = pod.metadata.deletionTimestamp !== undefined',
      },
    ],
    checks: ['api-deletion'],
    seeds: 5,
  },
  {
    name: 'kubelet-never-reports-again',
    about: 'A report of a Pod that failed is not tried again.',
    changes: [
      {
        file: `${node}/kubelet/pod-reports.ts`,
        find: '    context.timer(RETRY_AFTER, retry, { continues: true })\n',
        replace: '    if (retry.uid === "") context.timer(RETRY_AFTER, retry, { continues: true })\n',
      },
    ],
    checks: ['desired-state'],
    seeds: 40,
  },
  {
    name: 'cni-forgets-addresses',
    about: 'The address plugin loses its reservations when it restarts, and gives addresses away twice.',
    changes: [
      {
        file: `${node}/cni/cni.ts`,
        find: 'disk: (start.disk as HostLocal | undefined) ?? hostLocal(),',
        replace: "disk: { ...hostLocal(), podCIDR: (start.disk as HostLocal | undefined)?.podCIDR ?? '' },",
      },
    ],
    checks: ['pod-addresses-unique'],
    profile: 'node',
    seeds: 50,
  },
  {
    name: 'kube-proxy-keeps-rules',
    about: 'The rules of a Service that was deleted stay.',
    changes: [
      {
        file: `${node}/proxy/kube-proxy.ts`,
        find: 'if (rules.length === 0) state.disk.rules.delete(key)\n',
        replace: 'if (rules.length === 0) continue\n',
      },
    ],
    checks: ['endpoints-agree'],
    seeds: 20,
  },
  {
    name: 'kube-proxy-misses-endpoints',
    about: 'A change of an EndpointSlice does not reach the rules.',
    changes: [
      {
        file: `${node}/proxy/kube-proxy.ts`,
        find: 'else for (const service of serviceOf(change.object)) state.pending[service] = change.cause',
        replace:
          "else if (change.type === 'add')\n    for (const service of serviceOf(change.object)) state.pending[service] = change.cause",
      },
    ],
    checks: ['endpoints-agree'],
    seeds: 5,
  },
]
