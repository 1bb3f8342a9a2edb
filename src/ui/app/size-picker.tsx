// How large the cluster is: the choice of another size opens the scenario anew.

import { useLateTexts } from '../i18n/use-texts.ts'
import { request } from '../store/host.ts'
import { useView } from '../store/view.ts'

const sizes = [3, 100, 1_000, 5_000]

/** The same story in a cluster of another size: nothing in it works differently. */
export function SizePicker() {
  const texts = useLateTexts().scale
  const scenario = useView((view) => view.scenario)
  if (scenario === null) return null
  const { nodes } = scenario.topology
  return (
    <label className="scenario size">
      <span className="visually-hidden">{texts.size}</span>
      <select
        value={nodes}
        onChange={({ currentTarget }) =>
          request('open', { scenario: scenario.name, nodes: Number(currentTarget.value) })
        }
      >
        {[...new Set([...sizes, nodes])]
          .sort((a, b) => a - b)
          .map((size) => (
            <option key={size} value={size}>
              {texts.sizeOf(size)}
            </option>
          ))}
      </select>
    </label>
  )
}
