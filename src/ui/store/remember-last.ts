// A function that answers again what it answered last, while its arguments are the same objects. Selectors run on every
// frame; tables are new only when something in them changed.

export function rememberLast<Args extends readonly unknown[], Result>(
  compute: (...args: Args) => Result,
): (...args: Args) => Result {
  let last: { readonly args: Args; readonly result: Result } | null = null
  return (...args) => {
    if (last?.args.every((arg, index) => Object.is(arg, args[index]))) return last.result
    last = { args, result: compute(...args) }
    return last.result
  }
}
