// The table of contents of the panels. To add one: a folder beside this file, and a line here.

import { lazy } from 'react'
import type { Panel } from '../app/panel.ts'
import { checkPanels } from '../app/panel.ts'
import { StoryPanel } from './story/story-panel.tsx'

const events = lazy(() =>
  import('./events/events-panel.tsx').then(({ EventsPanel }) => ({ default: EventsPanel })),
)
const inspector = lazy(() =>
  import('./inspector/inspector-panel.tsx').then(({ InspectorPanel }) => ({ default: InspectorPanel })),
)
const kubectl = lazy(() =>
  import('./kubectl/kubectl-panel.tsx').then(({ KubectlPanel }) => ({ default: KubectlPanel })),
)
const yaml = lazy(() => import('./yaml/yaml-panel.tsx').then(({ YamlPanel }) => ({ default: YamlPanel })))
const faults = lazy(() =>
  import('./faults/faults-panel.tsx').then(({ FaultsPanel }) => ({ default: FaultsPanel })),
)
const traffic = lazy(() =>
  import('./traffic/traffic-panel.tsx').then(({ TrafficPanel }) => ({ default: TrafficPanel })),
)
const checks = lazy(() =>
  import('./checks/checks-panel.tsx').then(({ ChecksPanel }) => ({ default: ChecksPanel })),
)
const help = lazy(() => import('./help/help-panel.tsx').then(({ HelpPanel }) => ({ default: HelpPanel })))
const share = lazy(() =>
  import('./share/share-panel.tsx').then(({ SharePanel }) => ({ default: SharePanel })),
)

export const panels: readonly Panel[] = checkPanels([
  { id: 'story', place: 'story', title: (texts) => texts.app.story, component: StoryPanel },
  { id: 'inspector', place: 'inspector', title: (texts) => texts.app.inspector, component: inspector },
  { id: 'events', place: 'drawer', title: (texts) => texts.events.title, component: events },
  { id: 'kubectl', place: 'drawer', title: (texts) => texts.kubectl.title, component: kubectl },
  { id: 'yaml', place: 'drawer', title: (texts) => texts.yaml.title, component: yaml },
  { id: 'faults', place: 'drawer', title: (texts) => texts.faults.title, component: faults },
  { id: 'traffic', place: 'drawer', title: (texts) => texts.traffic.title, component: traffic },
  { id: 'checks', place: 'drawer', title: (texts) => texts.app.checks, component: checks },
  { id: 'share', place: 'dialog', title: (texts) => texts.share.title, component: share },
  { id: 'faults-dialog', place: 'dialog', title: (texts) => texts.faults.title, component: faults },
  { id: 'help', place: 'dialog', title: (texts) => texts.app.help, component: help },
])
