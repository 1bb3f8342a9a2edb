// A panel in its place: it may still be loading, and it may fail without taking the page with it.

import type { ErrorInfo, ReactNode } from 'react'
import { Component, Suspense, useEffect, useRef } from 'react'
import { useTexts } from '../i18n/use-texts.ts'
import { useMode } from '../store/mode.ts'
import type { Panel } from './panel.ts'

export function PanelBody({ panel }: { readonly panel: Panel }) {
  const texts = useTexts().app
  const box = useRef<HTMLDivElement>(null)
  useFocusWish(panel.id, box)
  const Body = panel.component
  return (
    <div ref={box} className="panel-body" data-panel={panel.id} tabIndex={-1}>
      <Guard
        fallback={(retry) => (
          <div className="panel-state">
            <p>{texts.panelFailed}</p>
            <button type="button" onClick={retry}>
              {texts.retry}
            </button>
          </div>
        )}
      >
        <Suspense fallback={<p className="panel-state">{texts.loadingPanel}</p>}>
          <Body />
        </Suspense>
      </Guard>
    </div>
  )
}

/** A lazy panel is not there yet when the wish comes: the focus follows as soon as its field appears. */
function useFocusWish(id: string, box: { readonly current: HTMLElement | null }): void {
  const wish = useMode((mode) => (mode.focusWish?.panel === id ? mode.focusWish.count : 0))
  useEffect(() => {
    const element = box.current
    if (wish === 0 || element === null) return
    const focus = (): boolean => {
      const field = element.querySelector<HTMLElement>('[data-autofocus]')
      field?.focus()
      return field !== null
    }
    if (focus()) return
    element.focus()
    const observer = new MutationObserver(() => {
      if (focus()) observer.disconnect()
    })
    observer.observe(element, { childList: true, subtree: true })
    return () => observer.disconnect()
  }, [wish, box])
}

interface GuardProps {
  readonly fallback: (retry: () => void) => ReactNode
  readonly children: ReactNode
}

class Guard extends Component<GuardProps, { readonly failed: boolean }> {
  override state = { failed: false }
  static getDerivedStateFromError(): { readonly failed: boolean } {
    return { failed: true }
  }
  override componentDidCatch(error: Error, info: ErrorInfo): void {
    console.error(error, info.componentStack)
  }
  override render(): ReactNode {
    if (this.state.failed) return this.props.fallback(() => this.setState({ failed: false }))
    return this.props.children
  }
}
