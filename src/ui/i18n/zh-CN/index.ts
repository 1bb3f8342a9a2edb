// The sections in Simplified Chinese; an import and a name each.

import { app } from './app.ts'
import { design } from './design.ts'
import { events } from './events.ts'
import { faults } from './faults.ts'
import { help } from './help.ts'
import { inspector } from './inspector.ts'
import { kubectl } from './kubectl.ts'
import { share } from './share.ts'
import { stage } from './stage.ts'
import { story } from './story.ts'
import { timeline } from './timeline.ts'
import { traffic } from './traffic.ts'
import { yaml } from './yaml.ts'

export const zhCN = {
  app,
  design,
  events,
  faults,
  help,
  inspector,
  kubectl,
  share,
  stage,
  story,
  timeline,
  traffic,
  yaml,
}
