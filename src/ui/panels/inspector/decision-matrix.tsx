// Nodes × plugins: filters first, then scores with weights, totals and the winner. Covered while a question is due.

import type { ReactNode } from 'react'
import { Fragment } from 'react'
import type { DecisionView } from '../../../worker/protocol.ts'
import { useLateTexts } from '../../i18n/use-texts.ts'
import { hover } from '../../store/selection.ts'
import { useView } from '../../store/view.ts'
import type { DecisionTable, FilterCell } from './decision-table.ts'
import { decisionTable, sortedByNode } from './decision-table.ts'

export function DecisionMatrix(props: { readonly decision: DecisionView }) {
  const texts = useLateTexts().inspector
  const isCovered = useView(({ story }) => story.question !== null)
  const decision = sortedByNode(props.decision)
  const table = decisionTable(decision)
  const nodes = decision.nodes.map(({ node }) => node)
  const feasible = decision.nodes.filter((node) => node.feasible).length
  return (
    <div className="look-decision">
      <p className="look-sub">
        <span className="mono">{decision.pod}</span> · {texts.attempt(decision.attempt)} ·{' '}
        {texts.feasible(feasible, nodes.length + decision.omitted)}
      </p>
      <div className="look-wide">
        <table className="look-matrix">
          <thead>
            <tr>
              <th scope="col">{texts.plugin}</th>
              {nodes.map((node) => (
                <th
                  scope="col"
                  key={node}
                  data-chosen={(!isCovered && node === decision.chosen) || undefined}
                  onPointerEnter={() => hover({ kind: 'host', name: node })}
                  onPointerLeave={() => hover(null)}
                >
                  {node}
                </th>
              ))}
            </tr>
          </thead>
          <FilterRows table={table} columns={nodes.length} />
          <ScoreRows table={table} decision={decision} isCovered={isCovered} />
        </table>
      </div>
      {decision.omitted > 0 && <p className="look-empty">{texts.omitted(decision.omitted)}</p>}
      {isCovered && <p className="look-covered">{texts.covered}</p>}
      {!isCovered && decision.chosen === null && (
        <p className="look-refusal">
          {texts.noneChosen}: <span className="mono">{decision.message}</span>
        </p>
      )}
      <Reasons table={table} />
    </div>
  )
}

/** "NodeResourcesFit" may break between its words, so that nodes have room beside it. */
const breakable = (name: string): ReactNode =>
  name.split(/(?<=[a-z])(?=[A-Z])/).map((word) => (
    <Fragment key={word}>
      {word}
      <wbr />
    </Fragment>
  ))

function GroupRow({ title, columns }: { readonly title: string; readonly columns: number }) {
  return (
    <tr className="look-matrix-group">
      <th scope="colgroup" colSpan={columns + 1}>
        {title}
      </th>
    </tr>
  )
}

function FilterRows({ table, columns }: { readonly table: DecisionTable; readonly columns: number }) {
  const texts = useLateTexts().inspector
  const show = ({ state, reason }: FilterCell): ReactNode => {
    const [mark, name] = {
      passed: ['✓', texts.passed],
      refused: ['✕', reason],
      'not-run': ['–', texts.notRun],
    }[state]
    return (
      <span title={name}>
        <span aria-hidden="true">{mark}</span>
        <span className="visually-hidden">{name}</span>
      </span>
    )
  }
  return (
    <tbody>
      <GroupRow title={texts.filters} columns={columns} />
      {table.filters.map(({ plugin, cells }) => (
        <tr key={plugin}>
          <th scope="row">{breakable(plugin)}</th>
          {cells.map((cell, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a cell is named by its column, which is its node's place.
            <td key={index} data-state={cell.state}>
              {show(cell)}
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  )
}

interface ScoreRowsProps {
  readonly table: DecisionTable
  readonly decision: DecisionView
  readonly isCovered: boolean
}

function ScoreRows({ table, decision, isCovered }: ScoreRowsProps) {
  const texts = useLateTexts().inspector
  const columns = decision.nodes.length
  if (table.scores.length === 0)
    return decision.chosen === null || isCovered ? null : (
      <tbody>
        <GroupRow title={texts.oneLeft} columns={columns} />
        <Totals decision={decision} isCovered={isCovered} />
      </tbody>
    )
  return (
    <tbody>
      <GroupRow title={texts.scores} columns={columns} />
      {table.scores.map(({ plugin, weight, cells }) => (
        <tr key={plugin}>
          <th scope="row">
            {breakable(plugin)} <span className="look-weight">{texts.weight(weight)}</span>
          </th>
          {cells.map((cell, index) => (
            <td
              // biome-ignore lint/suspicious/noArrayIndexKey: a cell is named by its column, which is its node's place.
              key={index}
              title={
                cell === null || isCovered ? undefined : texts.scoreCell(cell.raw, cell.normalized, weight)
              }
            >
              {isCovered ? '··' : (cell?.weighted ?? '–')}
            </td>
          ))}
        </tr>
      ))}
      <Totals decision={decision} isCovered={isCovered} />
    </tbody>
  )
}

function Totals({ decision, isCovered }: Omit<ScoreRowsProps, 'table'>) {
  const texts = useLateTexts().inspector
  return (
    <tr className="look-matrix-total">
      <th scope="row">{texts.total}</th>
      {decision.nodes.map(({ node, total }) => {
        const isChosen = !isCovered && node === decision.chosen
        return (
          <td key={node} data-chosen={isChosen || undefined}>
            {isCovered ? '··' : (total ?? '–')}
            {isChosen && <span className="look-chosen">★ {texts.chosen}</span>}
          </td>
        )
      })}
    </tr>
  )
}

function Reasons({ table }: { readonly table: DecisionTable }) {
  const texts = useLateTexts().inspector
  if (table.reasons.length === 0) return null
  return (
    <div className="look-reasons">
      <h4>{texts.reasons}</h4>
      <ul>
        {table.reasons.map(({ node, plugin, reason }) => (
          <li key={node}>
            <strong>{node}</strong> <span className="look-weight">{plugin}</span>
            <br />
            <span className="mono">{reason}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
