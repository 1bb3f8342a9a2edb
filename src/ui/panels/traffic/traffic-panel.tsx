// Who asks what: each client's requests by kind, and the events it was told of along its watches. A watch costs one
// request however many changes there are; the sentence below the title says what that saves.

import { useTexts } from '../../i18n/use-texts.ts'
import { hover, select } from '../../store/selection.ts'
import { useView } from '../../store/view.ts'
import type { TrafficRow } from './traffic-rows.ts'
import { totalOf, trafficRows } from './traffic-rows.ts'
import './traffic.css'

export function TrafficPanel() {
  const texts = useTexts().traffic
  const traffic = useView(({ views }) => views.traffic)
  const rows = trafficRows(traffic ?? {})
  const total = totalOf(rows)
  if (rows.length === 0) return <p className="traffic-note">{texts.nothing}</p>
  const columns = ['lists', 'gets', 'writes', 'watches', 'events', 'failures'] as const
  return (
    <div className="traffic">
      <p className="traffic-note">{texts.saves(total.events, total.watches, total.lists)}</p>
      <table className="traffic-table">
        <caption className="visually-hidden">{texts.table}</caption>
        <thead>
          <tr>
            <th scope="col">{texts.client}</th>
            {columns.map((column) => (
              <th scope="col" key={column} title={texts.hints[column]}>
                {texts.columns[column]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <ClientRow key={row.client} row={row} columns={columns} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

interface ClientRowProps {
  readonly row: TrafficRow
  readonly columns: readonly Exclude<keyof TrafficRow, 'client'>[]
}

function ClientRow({ row, columns }: ClientRowProps) {
  const { client } = row
  return (
    <tr onPointerEnter={() => hover({ kind: 'process', id: client })} onPointerLeave={() => hover(null)}>
      <th scope="row">
        <button type="button" onClick={() => select({ kind: 'process', id: client })}>
          {client}
        </button>
      </th>
      {columns.map((column) => (
        <td key={column} data-zero={row[column] === 0 || undefined}>
          {row[column]}
        </td>
      ))}
    </tr>
  )
}
