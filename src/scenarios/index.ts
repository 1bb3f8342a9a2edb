// The scenarios that come with Vitrine: one data file each, and one line here. All but the first are loaded when they are
// asked for, so that the first screen need not wait for them.
import * as podCreation from './pod-creation.yaml'

type Source = () => Promise<{ readonly default: typeof podCreation.default }>

export const scenarioSources: Readonly<Record<string, Source>> = {
  'pod-creation': async () => podCreation,
  'node-down': () => import('./node-down.yaml'),
  'etcd-member-down': () => import('./etcd-member-down.yaml'),
  'etcd-majority-down': () => import('./etcd-majority-down.yaml'),
  'rolling-update': () => import('./rolling-update.yaml'),
  'hundred-nodes': () => import('./hundred-nodes.yaml'),
}
