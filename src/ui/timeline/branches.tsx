// The other futures of this session: each act in the past leaves the old future as a branch to go back to.

import { useTexts } from '../i18n/use-texts.ts'
import { request } from '../store/host.ts'
import { useView } from '../store/view.ts'
import { formatMoment } from './durations.ts'

export function Branches() {
  const texts = useTexts().timeline
  const branches = useView((view) => view.timeline.branches)
  const start = useView((view) => view.timeline.start)
  const current = branches.find((branch) => branch.current)
  return (
    <label className="branches">
      <svg viewBox="0 0 16 16" width="13" height="13" aria-hidden="true">
        <path d="M4 2v12M4 9c6 0 7-1 7-5M8.5 6 11 3.5 13.5 6" />
      </svg>
      <span className="visually-hidden">{texts.branches}</span>
      <select
        value={current?.id ?? ''}
        onChange={({ currentTarget }) => request('switchBranch', currentTarget.value)}
      >
        {branches.map((branch) => (
          <option key={branch.id} value={branch.id}>
            {branch.parent === null
              ? texts.branchMain
              : texts.branchAt(branch.label, formatMoment(branch.forkedAt - start))}
          </option>
        ))}
      </select>
    </label>
  )
}
