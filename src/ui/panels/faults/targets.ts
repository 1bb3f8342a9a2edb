// What a fault of the catalogue can be done to now, and its parameters as fields of a form.

import type { FaultEntry, Flight, StageView, Text } from '../../../worker/protocol.ts'

type TargetKind = FaultEntry['targets'][number]

/** Links are chosen by their two ends, so they are not in the list. */
export function targetsFor(
  entry: FaultEntry,
  stage: StageView,
  flights: readonly Flight[],
): readonly string[] {
  const names: Readonly<Record<TargetKind, readonly string[]>> = {
    host: Object.keys(stage.hosts),
    node: Object.keys(stage.nodes),
    process: Object.values(stage.processes)
      .filter(({ kind }) => entry.kinds === undefined || entry.kinds.includes(kind))
      .map(({ id }) => id),
    member: Object.keys(stage.members),
    message: flights.filter(({ lost }) => !lost).map(({ seq }) => String(seq)),
    link: [],
    pod: Object.values(stage.pods).map(({ namespace, name }) => `${namespace}/${name}`),
  }
  return [...new Set(entry.targets.flatMap((kind) => names[kind]))]
}

/** A link is between two of these. */
export const linkEnds = (stage: StageView): readonly string[] => Object.keys(stage.hosts)

/** What the two sides of the form say as one target; blanks between names do no harm, and nothing means everything. */
export function linkBetween(side: string, other: string): string {
  const tidy = (text: string): string =>
    text
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '')
      .join(',')
  const [left, right] = [tidy(side), tidy(other)]
  return right === '' || right === '*' ? left || '*' : `${left || '*'}~${right}`
}

export interface ParameterField {
  readonly name: string
  readonly type: 'number' | 'text' | 'checkbox' | 'choice'
  readonly initial: string
  readonly min: number | undefined
  readonly max: number | undefined
  /** What it means; null: nothing is said. */
  readonly label: Text | null
  /** For a choice. */
  readonly options: readonly string[]
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const numberOr = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)

const isText = (value: unknown): value is Text => isRecord(value) && 'en' in value && 'zh-CN' in value

function fieldType(schema: Readonly<Record<string, unknown>>): ParameterField['type'] {
  if (schema.type === 'integer' || schema.type === 'number') return 'number'
  if (schema.type === 'boolean') return 'checkbox'
  return Array.isArray(schema.enum) ? 'choice' : 'text'
}

/** The catalogue's JSON Schema: properties by name, either at the top or under `properties`. */
export function parameterFields({ parameters }: FaultEntry): readonly ParameterField[] {
  const properties = isRecord(parameters.properties) ? parameters.properties : parameters
  return Object.entries(properties).flatMap(([name, schema]) => {
    if (!isRecord(schema)) return []
    const { default: initial, description, enum: options } = schema
    return [
      {
        name,
        type: fieldType(schema),
        initial: initial === undefined || typeof initial === 'object' ? '' : String(initial),
        min: numberOr(schema.minimum),
        max: numberOr(schema.maximum),
        label: isText(description) ? description : null,
        options: Array.isArray(options) ? options.map(String) : [],
      },
    ]
  })
}

/** What the form holds as the fault's parameters; empty fields are left to their defaults. */
export function parametersFrom(
  fields: readonly ParameterField[],
  typed: Readonly<Record<string, string>>,
): Readonly<Record<string, string | number | boolean>> {
  return Object.fromEntries(
    fields.flatMap(({ name, type, initial }): [string, string | number | boolean][] => {
      const text = (typed[name] ?? initial).trim()
      if (text === '') return []
      if (type === 'checkbox') return [[name, text === 'true']]
      return [[name, type === 'number' ? Number(text) : text]]
    }),
  )
}
