// Generates src/sim/api/schema.generated.ts: which fields each API type has, and of which Go type.
// Source: the model classes of @kubernetes/client-node, which are generated from the Kubernetes OpenAPI
// document. The package is installed into a temporary folder, as nothing else here needs it.
// Run: node scripts/generate-schema.mjs
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const PACKAGE = '@kubernetes/client-node@2.0.0'
const TARGET = fileURLToPath(new URL('../src/sim/api/schema.generated.ts', import.meta.url))

// The kinds that the apiserver serves now or will, and what it takes as a request body.
const ROOTS = [
  'V1Namespace',
  'V1Node',
  'V1Pod',
  'V1ReplicaSet',
  'V1Deployment',
  'V1Service',
  'V1EndpointSlice',
  'V1ConfigMap',
  'V1Secret',
  'V1ServiceAccount',
  'V1Lease',
  'CoreV1Event',
  'V1Binding',
  'V1Scale',
  'V1Eviction',
  'V1DeleteOptions',
  'V1DaemonSet',
  'V1StatefulSet',
  'V1Job',
  'V1CronJob',
  'V1PodDisruptionBudget',
  'V1ResourceQuota',
  'V1LimitRange',
  'V1PriorityClass',
  'V1PersistentVolume',
  'V1PersistentVolumeClaim',
  'V1StorageClass',
  'V2HorizontalPodAutoscaler',
  'V1Ingress',
  'V1IngressClass',
  'V1NetworkPolicy',
  'V1ControllerRevision',
  'V1Role',
  'V1RoleBinding',
  'V1ClusterRole',
  'V1ClusterRoleBinding',
]

// The generator of the models writes a Quantity as a string, so these fields are named here.
const QUANTITY = new Set([
  'ResourceRequirements.limits',
  'ResourceRequirements.requests',
  'VolumeResourceRequirements.limits',
  'VolumeResourceRequirements.requests',
  'NodeStatus.capacity',
  'NodeStatus.allocatable',
  'ContainerStatus.allocatedResources',
  'PodStatus.allocatedResources',
  'PodSpec.overhead',
  'ResourceFieldSelector.divisor',
  'EmptyDirVolumeSource.sizeLimit',
  'PersistentVolumeSpec.capacity',
  'PersistentVolumeClaimStatus.capacity',
  'PersistentVolumeClaimStatus.allocatedResources',
  'ResourceQuotaSpec.hard',
  'ResourceQuotaStatus.hard',
  'ResourceQuotaStatus.used',
  'LimitRangeItem.max',
  'LimitRangeItem.min',
  'LimitRangeItem.default',
  'LimitRangeItem.defaultRequest',
  'LimitRangeItem.maxLimitRequestRatio',
  'MetricTarget.averageValue',
  'MetricTarget.value',
  'MetricValueStatus.averageValue',
  'MetricValueStatus.value',
  'HPAScalingRules.tolerance',
])
const BYTES = new Set(['Secret.data', 'ConfigMap.binaryData'])
/** @type {Readonly<Record<string, string>>} */
const SCALARS = {
  string: 's',
  boolean: 'b',
  Date: 't',
  V1MicroTime: 'T',
  IntOrString: 'I',
  any: 'a',
  object: 'a',
}

/** @param {string} model */
const goName = (model) =>
  model.replace(
    /^(Core|Discovery|Events|Autoscaling|Storage|Rbac|Flowcontrol|Admissionregistration|Apiextensions|Apiregistration|Authentication)?V\d((alpha|beta)\d)?/,
    '',
  )

/**
 * @param {string} owner
 * @param {string} field
 * @param {string} type as the model class gives it
 * @param {string} format
 * @param {string[]} queue of the models that are still to do
 * @returns {string}
 */
function code(owner, field, type, format, queue) {
  const path = `${owner}.${field}`
  if (type.startsWith('Array<')) return `[${code(owner, field, type.slice(6, -1), format, queue)}]`
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type)
  if (map) return `{${code(owner, field, map[1] ?? '', format, queue)}}`
  if (type === 'number') return format === 'int32' ? 'i' : format === 'int64' ? 'l' : 'f'
  if (type === 'string' && QUANTITY.has(path)) return 'q'
  if (type === 'string' && (BYTES.has(path) || format === 'byte')) return 'y'
  const scalar = SCALARS[type]
  if (scalar !== undefined) return scalar
  queue.push(type)
  return goName(type)
}

/** @typedef {{ baseName: string, type: string, format: string }} Attribute */
/** @param {Readonly<Record<string, { getAttributeTypeMap(): Attribute[] }>>} models */
function generate(models) {
  const types = new Map()
  const queue = [...ROOTS]
  for (let model = queue.shift(); model !== undefined; model = queue.shift()) {
    const owner = goName(model)
    const source = models[model]
    if (source === undefined) throw new Error(`no model ${model}`)
    const known = types.get(owner)
    if (known !== undefined) {
      if (known.model !== model) throw new Error(`${owner} is both ${known.model} and ${model}`)
      continue
    }
    const fields = source
      .getAttributeTypeMap()
      .map((a) => `${a.baseName}:${code(owner, a.baseName, a.type, a.format, queue)}`)
    types.set(owner, { model, fields: fields.sort().join(' ') })
  }
  return [...types].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, { fields }]) => `${name} ${fields}`)
}

const folder = mkdtempSync(join(tmpdir(), 'schema-'))
try {
  const flags = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder, PACKAGE]
  execFileSync('npm', flags, { stdio: ['ignore', 'ignore', 'inherit'] })
  const entry = join(folder, 'node_modules/@kubernetes/client-node/dist/gen/models/all.js')
  const lines = generate(await import(pathToFileURL(entry).href))
  const header = `// Generated by scripts/generate-schema.mjs from ${PACKAGE}; do not edit.
// One line a type: its Go name, then field:type. s string, b bool, i int32, l int64, f float64, t Time,
// T MicroTime, I IntOrString, q Quantity, y bytes, a anything, [x] list, {x} map, else a type of this table.
`
  writeFileSync(TARGET, `${header}export const SCHEMA_TEXT = \`\n${lines.join('\n')}\n\`\n`)
  console.log(`${lines.length} types written`)
} finally {
  rmSync(folder, { recursive: true })
}
