// Immutable tables: records by id that are replaced, never changed.
import type { StageView } from './stage-view.ts'

export const put = <T>(
  table: Readonly<Record<string, T>>,
  key: string,
  value: T,
): Readonly<Record<string, T>> => ({
  ...table,
  [key]: value,
})

export function remove<T>(table: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  if (!(key in table)) return table
  const { [key]: _gone, ...rest } = table
  return rest
}

/** Replaces one table of the stage, keeping the stage's identity where nothing changed. */
export type Change = <Table extends keyof StageView>(
  stage: StageView,
  table: Table,
  value: StageView[Table],
) => StageView

export const change: Change = (stage, table, value) =>
  stage[table] === value ? stage : { ...stage, [table]: value }
