// The composition root of the page: the interface, and the host that it shows.

import '@fontsource-variable/inter/index.css'
import '@fontsource-variable/jetbrains-mono/index.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './ui/app/app.tsx'
import { startPage } from './ui/app/start-page.ts'
import { connectWorker } from './ui/host-connection.ts'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root.')
const worker = new Worker(new URL('./worker/worker.ts', import.meta.url), { type: 'module' })
// Without a top-level await: a chunk that is loaded for the start may import this one.
startPage(connectWorker(worker)).then(() =>
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  ),
)
