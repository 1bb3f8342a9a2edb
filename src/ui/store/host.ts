// The page's connection to the host: frames go into the view store, calls go out. main.tsx hands the connection in.

import type { CallAnswer, CallArguments, CallName } from '../../worker/protocol.ts'
import type { HostConnection } from '../host-connection.ts'
import { CallRefused } from '../host-connection.ts'
import { currentTexts } from '../i18n/use-texts.ts'
import { notify } from './notices.ts'
import { showFrame, useView } from './view.ts'

let connection: HostConnection | null = null

export function connect(host: HostConnection): void {
  connection = host
  host.onFrame((frame) => showFrame(frame, performance.now()))
  host.onOpening((opening) => useView.setState({ opening }))
  host.onLost((reason) => useView.setState({ lost: reason }))
}

/** Asks the host. Rejects with `CallRefused` when the input was wrong; the caller shows it where it was typed. */
export function call<Name extends CallName>(
  name: Name,
  ...args: CallArguments<Name>
): Promise<CallAnswer<Name>> {
  if (connection === null)
    return Promise.reject(new CallRefused({ code: 'NotConnected', message: 'No host is connected.' }))
  return connection.call(name, ...args)
}

/** For calls from buttons and keys, which have no place of their own for an error: it goes to the notices. */
export function request<Name extends CallName>(name: Name, ...args: CallArguments<Name>): void {
  call(name, ...args).catch((error: unknown) => {
    if (useView.getState().lost !== null) return
    notify(currentTexts().app.callFailed(error instanceof Error ? error.message : String(error)))
  })
}
