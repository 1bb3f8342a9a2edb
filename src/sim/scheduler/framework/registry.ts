// A set of plugins as a scheduler profile runs them: each extension point with the plugins that implement it, in order.
import { assert } from '../../kernel/assert.ts'
import type { Plugin } from './plugin.ts'

export interface PluginEntry {
  readonly plugin: Plugin
  /** The weight of its Score; 0 where it has none. */
  readonly weight: number
}

type Having<Point extends keyof Plugin> = Plugin & Required<Pick<Plugin, Point>>

export interface ScorePlugin {
  readonly plugin: Having<'score'>
  readonly weight: number
}

export interface Framework {
  readonly plugins: Readonly<Record<string, Plugin>>
  readonly preEnqueue: readonly Having<'preEnqueue'>[]
  readonly queueSort: Having<'queueSortKey'>
  readonly filter: readonly Having<'filter'>[]
  readonly filterNames: readonly string[]
  readonly postFilter: readonly Having<'postFilter'>[]
  readonly score: readonly ScorePlugin[]
  /** Those with a Filter or a Score, on whose signatures verdicts depend. */
  readonly signing: readonly Plugin[]
  readonly reserve: readonly Having<'reserve'>[]
  readonly permit: readonly Having<'permit'>[]
  readonly preBind: readonly Having<'preBind'>[]
  readonly bind: Having<'bind'>
}

/** Throws on a duplicate name, and where there is not exactly one QueueSort or no Bind plugin. */
export function createFramework(entries: readonly PluginEntry[]): Framework {
  const plugins: Record<string, Plugin> = {}
  for (const { plugin } of entries) {
    assert(!Object.hasOwn(plugins, plugin.name), `a scheduler plugin named ${plugin.name} exists already`)
    plugins[plugin.name] = plugin
  }
  const all = entries.map((entry) => entry.plugin)
  const queueSort = all.filter((plugin) => offers(plugin, 'queueSortKey'))
  const bind = all.filter((plugin) => offers(plugin, 'bind'))
  assert(queueSort.length === 1 && queueSort[0] !== undefined, 'a profile needs exactly one QueueSort plugin')
  assert(bind[0] !== undefined, 'a profile needs a Bind plugin')
  const filter = all.filter((plugin) => offers(plugin, 'filter'))
  return {
    plugins,
    preEnqueue: all.filter((plugin) => offers(plugin, 'preEnqueue')),
    queueSort: queueSort[0],
    filter,
    filterNames: Object.freeze(filter.map((plugin) => plugin.name)),
    postFilter: all.filter((plugin) => offers(plugin, 'postFilter')),
    score: entries.flatMap(({ plugin, weight }) => {
      if (!offers(plugin, 'score')) return []
      assert(weight > 0, `the Score plugin ${plugin.name} needs a weight`)
      return [{ plugin, weight }]
    }),
    signing: all.filter((plugin) => offers(plugin, 'filter') || offers(plugin, 'score')),
    reserve: all.filter((plugin) => offers(plugin, 'reserve')),
    permit: all.filter((plugin) => offers(plugin, 'permit')),
    preBind: all.filter((plugin) => offers(plugin, 'preBind')),
    bind: bind[0],
  }
}

function offers<Point extends keyof Plugin>(plugin: Plugin, point: Point): plugin is Having<Point> {
  return plugin[point] !== undefined
}
