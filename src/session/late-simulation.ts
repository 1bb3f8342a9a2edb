// Brings the simulation those of its parts that only a user's commands, or a large cluster, make it need. Imported for that alone.
import * as jsonPatch from '../sim/api/json-patch.ts'
import { jsonPatches } from '../sim/api/late-json-patch.ts'
import * as containerLogs from '../sim/node/kubelet/container-logs.ts'
import * as eviction from '../sim/node/kubelet/eviction.ts'
import { logReader } from '../sim/node/kubelet/late-container-logs.ts'
import { evictions } from '../sim/node/kubelet/late-eviction.ts'
import * as tables from '../sim/scheduler/framework/closer-look.ts'
import { closerLook } from '../sim/scheduler/framework/late-closer-look.ts'
import { shell } from '../sim/workloads/late-shell.ts'
import * as commands from '../sim/workloads/shell.ts'

jsonPatches.bring(jsonPatch)
closerLook.bring(tables)
shell.bring(commands)
logReader.bring(containerLogs)
evictions.bring(eviction)
