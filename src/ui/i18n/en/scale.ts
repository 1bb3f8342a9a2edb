// How large a cluster is, and what of it is kept.

export const scale = {
  size: 'Nodes of the cluster',
  sizeOf: (nodes: number) => (nodes === 1 ? '1 node' : `${nodes} nodes`),
  dropped: (count: number, most: number) =>
    ` · ${count} older dropped, ${most} kept; going back makes them again`,
}
