// Parts of table rows that several kinds print. Models kubernetes/pkg/printers.
import { formatAge } from '../../../api/duration.ts'
import { formatSelector, selectorFromMap, selectorFromObject } from '../../../api/label-selector.ts'
import type { KubeObject, LabelSelector, Labels, PodTemplateSpec } from '../../../api/objects.ts'
import { parseTime } from '../../../api/time.ts'
import type { Column } from './kind-definition.ts'

export const NAME_COLUMN: Column = { name: 'Name', type: 'string', format: 'name', priority: 0 }
export const AGE_COLUMN = text('Age')

export function text(name: string): Column {
  return { name, type: 'string', priority: 0 }
}

export function integer(name: string): Column {
  return { name, type: 'integer', priority: 0 }
}

export function wide(name: string): Column {
  return { name, type: 'string', priority: 1 }
}

export function ageOf(object: KubeObject, nowMicros: number): string {
  return sinceTime(object.metadata.creationTimestamp, nowMicros)
}

export function sinceTime(time: string | undefined, nowMicros: number): string {
  const then = time === undefined ? undefined : parseTime(time)
  return then === undefined ? '<unknown>' : formatAge(nowMicros - then)
}

export function labelsText(labels: Labels | undefined): string {
  const body = formatSelector(selectorFromMap(labels ?? {}))
  return body === '' ? '<none>' : body
}

export function selectorText(selector: LabelSelector | undefined): string {
  const body = formatSelector(selectorFromObject(selector))
  return body === '' ? '<none>' : body
}

export function containerNames(template: PodTemplateSpec): string {
  return (template.spec?.containers ?? []).map((container) => container.name).join(',')
}

export function containerImages(template: PodTemplateSpec): string {
  return (template.spec?.containers ?? []).map((container) => container.image ?? '').join(',')
}
