// The scenarios that come with Vitrine: one data file each, and one line here.
import etcdMajorityDown from './etcd-majority-down.yaml?raw'
import etcdMemberDown from './etcd-member-down.yaml?raw'
import nodeDown from './node-down.yaml?raw'
import podCreation from './pod-creation.yaml?raw'
import rollingUpdate from './rolling-update.yaml?raw'

export const scenarioSources: Readonly<Record<string, string>> = {
  'pod-creation': podCreation,
  'node-down': nodeDown,
  'etcd-member-down': etcdMemberDown,
  'etcd-majority-down': etcdMajorityDown,
  'rolling-update': rollingUpdate,
}
