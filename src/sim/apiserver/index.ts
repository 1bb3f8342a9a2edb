// The kube-apiserver: table of contents for those who build a cluster.
export { apiserver } from './server.ts'
