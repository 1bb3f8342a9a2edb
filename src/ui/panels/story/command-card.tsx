// The chapter's command, typed and ready to run.

import { useState } from 'react'
import { useTexts } from '../../i18n/use-texts.ts'
import { call, request } from '../../store/host.ts'

interface CommandCardProps {
  readonly command: string
  readonly files: readonly string[]
}

export function CommandCard({ command, files }: CommandCardProps) {
  const texts = useTexts().story
  const [isRunning, setRunning] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const run = async (): Promise<void> => {
    setRunning(true)
    setError(null)
    try {
      await call('runChapter')
      request('play', {})
    } catch (reason) {
      setError(reason instanceof Error ? reason.message : String(reason))
    }
    setRunning(false)
  }
  return (
    <section className="story-card" aria-label={texts.prepared}>
      <h3>{texts.prepared}</h3>
      <div className="story-command">
        <code>
          <span aria-hidden="true">$ </span>
          {command}
        </code>
        <button type="button" className="story-run" disabled={isRunning} onClick={() => void run()}>
          <span aria-hidden="true">▶</span> {isRunning ? texts.running : texts.run}
        </button>
      </div>
      {files.length > 0 && <p className="story-files">{texts.files(files.join(', '))}</p>}
      {error !== null && (
        <p className="story-error" role="alert">
          {error}
        </p>
      )}
    </section>
  )
}
