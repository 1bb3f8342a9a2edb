// A function that hands out what it worked out lately, so that everything made of the same key shares one value.

/**
 * `make` is a function of its key alone. At most `most` values are kept: when they are that many, all are let go, and those
 * still in use come back by and by.
 */
export function remembering<K, V>(most: number, make: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>()
  return (key) => {
    const same = known.get(key)
    if (same !== undefined) return same
    if (known.size >= most) known.clear()
    const made = make(key)
    known.set(key, made)
    return made
  }
}
