// When the program itself fails: an invariant of the simulator that did not hold, or a worker that could not start.

import { useState } from 'react'
import { useTexts } from '../i18n/use-texts.ts'
import { useView } from '../store/view.ts'

export function Failure() {
  const { app } = useTexts()
  const failure = useView((view) => view.failure)
  const [copied, setCopied] = useState(false)
  if (failure === null) return null
  const copy = (): void => {
    navigator.clipboard?.writeText(failure.link).then(
      () => setCopied(true),
      () => undefined,
    )
  }
  return (
    <section className="failure" role="alert" aria-label={app.failureTitle}>
      <h2>{app.failureTitle}</h2>
      <pre>{failure.message}</pre>
      <dl>
        <dt>{app.failureSeed}</dt>
        <dd>{failure.seed}</dd>
        <dt>{app.failureSeq}</dt>
        <dd>{failure.seq}</dd>
        <dt>{app.failureProcess}</dt>
        <dd>{failure.process}</dd>
      </dl>
      <p>{app.failureAbout}</p>
      <p>
        <a href={failure.link}>{app.failureLink}</a>
        <button type="button" onClick={copy}>
          {copied ? app.copied : app.copy}
        </button>
      </p>
    </section>
  )
}

export function HostFailed({ reason }: { readonly reason: string }) {
  const { app } = useTexts()
  return (
    <main className="host-failed" role="alert">
      <h1>{app.hostFailedTitle}</h1>
      <p>{app.hostFailedAbout}</p>
      <pre>{reason}</pre>
      <button type="button" onClick={() => window.location.reload()}>
        {app.retry}
      </button>
    </main>
  )
}
