// The sections in Simplified Chinese that the first screen needs, and the small ones; late.ts has the rest.

import { app } from './app.ts'
import { design } from './design.ts'
import { events } from './events.ts'
import { faults } from './faults.ts'
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
  kubectl,
  share,
  stage,
  story,
  timeline,
  traffic,
  yaml,
}
