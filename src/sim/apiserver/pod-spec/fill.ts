// Setting defaults without copying what has them: a pod that a controller made from a defaulted template
// shares its containers with that template, and with every sibling.

import { extended } from '../../api/json.ts'

/** The value with the members it lacks; the value itself where it lacks none. */
export function fill<T extends object>(value: T, defaults: Partial<T>): T {
  let missing: Partial<T> | undefined
  for (const key in defaults) {
    if (value[key] !== undefined || defaults[key] === undefined) continue
    missing ??= {}
    missing[key] = defaults[key]
  }
  return missing === undefined ? value : extended(value, missing)
}

/** The value with one member changed; the value itself where that member stays. */
export function change<T extends object, K extends keyof T>(value: T, key: K, member: T[K] | undefined): T {
  return member === undefined || value[key] === member ? value : (extended(value, { [key]: member }) as T)
}

/** A list mapped; the list itself where no item changes. */
export function mapShared<T>(list: readonly T[], map: (item: T) => T): readonly T[] {
  let copy: T[] | undefined
  list.forEach((item, index) => {
    const mapped = map(item)
    if (mapped === item) return
    copy ??= [...list]
    copy[index] = mapped
  })
  return copy ?? list
}
