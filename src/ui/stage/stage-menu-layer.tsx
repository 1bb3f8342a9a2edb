// The place of the context menu. The menu itself is loaded when the first one opens.

import { lazy, Suspense, useEffect } from 'react'
import { call } from '../store/host.ts'
import { useView } from '../store/view.ts'
import { useCatalogue, useStageMenu } from './stage-menu.ts'

const Menu = lazy(() => import('./stage-menu-list.tsx').then((module) => ({ default: module.Menu })))

export function StageMenuLayer() {
  const menu = useStageMenu((state) => state.menu)
  const opened = useView((view) => view.opened)
  useEffect(() => {
    // The catalogue belongs to the build, not to the session: one question is enough.
    if (opened && useCatalogue.getState().faults.length === 0)
      call('catalogue').then(
        (faults) => useCatalogue.setState({ faults }),
        () => undefined,
      )
  }, [opened])
  return menu === null ? null : (
    <Suspense>
      <Menu key={`${menu.x} ${menu.y} ${menu.name}`} menu={menu} />
    </Suspense>
  )
}
