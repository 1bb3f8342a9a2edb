// Widgets that several panels share.

export const design = {
  fold: (name: string) => `Fold ${name}`,
  unfold: (name: string) => `Unfold ${name}`,
  entries: (count: number) => (count === 1 ? '1 entry' : `${count} entries`),
  changed: 'changed',
  you: 'you',
  moreLines: (count: number) => `Show ${count} more lines`,
}
