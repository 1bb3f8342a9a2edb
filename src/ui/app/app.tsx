// The page: header, story, stage, inspector, timeline and drawer, each in its place.

import '../design/tokens.css'
import '../design/base.css'
import './app.css'
import { useTexts } from '../i18n/use-texts.ts'
import { useKeys } from '../keyboard/use-keys.ts'
import { Stage } from '../stage/stage.tsx'
import { useMode } from '../store/mode.ts'
import { useView } from '../store/view.ts'
import { PassedBanner } from '../timeline/passed-banner.tsx'
import { Timeline } from '../timeline/timeline.tsx'
import { DialogPanel } from './dialog-panel.tsx'
import { useDocumentAttributes } from './document-attributes.ts'
import { Drawer } from './drawer.tsx'
import { Failure, HostFailed } from './failure.tsx'
import { Header } from './header.tsx'
import { Notices } from './notices.tsx'
import { SidePanel } from './side-panel.tsx'
import { Transcript } from './transcript.tsx'

/** A large cluster takes a while to come up. */
function Waiting() {
  const texts = useTexts().app
  const opening = useView((view) => view.opening)
  return (
    <p className="waiting">
      {texts.loading}
      {opening > 0 ? <progress value={opening} aria-label={texts.loading} /> : null}
    </p>
  )
}

export function App() {
  const texts = useTexts().app
  const { present, embed, blank } = useMode()
  const opened = useView((view) => view.opened)
  const lost = useView((view) => view.lost)
  useDocumentAttributes()
  useKeys()
  if (lost !== null && !opened) return <HostFailed reason={lost} />
  return (
    <div className="page">
      <a className="skip" href="#stage">
        {texts.skipToStage}
      </a>
      {embed ? null : <Header />}
      <Notices />
      <Failure />
      <main className="work">
        <SidePanel place="story" />
        <div className="stage-place">
          {opened ? <Stage /> : <Waiting />}
          <PassedBanner />
        </div>
        {present || embed ? null : <SidePanel place="inspector" />}
      </main>
      <Timeline />
      {present || embed ? null : <Drawer />}
      <Transcript />
      <DialogPanel />
      {blank ? <div className="blank" role="status" aria-label={texts.blank} /> : null}
    </div>
  )
}
