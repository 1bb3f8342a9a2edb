// Every command of the page's kubectl. To add one, add its file and its line here.
import type { Command } from '../command.ts'
import { apply } from './apply.ts'
import { create } from './create.ts'
import { del } from './delete.ts'
import { describe } from './describe.ts'
import { apiResources, apiVersions, clusterInfo, explain, version } from './discovery.ts'
import { cordon, drain, uncordon } from './drain.ts'
import { events } from './events.ts'
import { expose } from './expose.ts'
import { get } from './get.ts'
import { annotate, label } from './label.ts'
import { logs } from './logs.ts'
import { patch } from './patch.ts'
import { rollout } from './rollout.ts'
import { run } from './run.ts'
import { scale } from './scale.ts'
import { set } from './set.ts'
import { taint } from './taint.ts'
import { wait } from './wait.ts'

export const COMMANDS: readonly Command[] = [
  create,
  expose,
  run,
  set,
  explain,
  get,
  del,
  rollout,
  scale,
  clusterInfo,
  cordon,
  uncordon,
  drain,
  taint,
  describe,
  logs,
  events,
  apply,
  patch,
  wait,
  label,
  annotate,
  apiResources,
  apiVersions,
  version,
]
