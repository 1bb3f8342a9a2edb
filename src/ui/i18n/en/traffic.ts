// Traffic: who asks what of the apiserver.

export const traffic = {
  title: 'Traffic',
  table: 'Requests and events of each client',
  client: 'client',
  columns: {
    lists: 'lists',
    gets: 'gets',
    writes: 'writes',
    watches: 'watches',
    events: 'events received',
    failures: 'failed',
  },
  hints: {
    lists: 'read a whole collection, to begin with',
    gets: 'read one object',
    writes: 'create, update, patch, delete',
    watches: 'opened one long response',
    events: 'told along a standing watch, without asking',
    failures: 'answers that reported a failure',
  },
  saves: (events: number, watches: number, lists: number) =>
    `List-watch: ${lists} lists to begin with, then ${watches} standing watches brought ${events} changes by themselves. Polling would ask every client's every question again and again, mostly to hear that nothing changed.`,
  nothing: 'Nobody has asked the apiserver for anything yet.',
}
