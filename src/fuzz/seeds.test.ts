// The fixed set of seeds that every change has to pass: some of each profile, and those that once found something. A
// campaign of any size runs with `npm run vitrine -- fuzz`.
import { describe, expect, test } from 'vitest'
import { loadLateParts } from '../session/load-late-parts.ts'
import { generateStory } from './generate.ts'
import { playStory } from './play.ts'
import { profiles } from './profiles.ts'

await loadLateParts()

const TEN_MINUTES = 600_000_000

function play(seed: number, name: string): unknown {
  const profile = profiles.get(name)
  if (profile === undefined) throw new Error(`there is no profile ${name}`)
  return playStory(generateStory(seed, profile, TEN_MINUTES)).violation
}

describe('nothing is violated', () => {
  test.each([
    ['all', [101, 102, 103, 104, 105, 106]],
    ['raft', [101, 102, 103]],
    ['node', [101, 102, 103]],
    ['network', [101, 102, 103]],
    ['api', [101, 102, 103]],
    ['calm', [101, 102]],
  ] as const)('profile %s, seeds %j', { timeout: 300_000 }, (profile, seeds) => {
    for (const seed of seeds) expect(play(seed, profile), `seed ${seed}`).toBeUndefined()
  })
})

/** What each had found is said here, since a seed tells another story once the generator changes. */
describe('nothing is violated any more', () => {
  test.each([
    ['all', 4, 'the search for an order of operations went through all orders of open reads'],
    ['all', 14, 'a node that was cut off for a minute came back, and its Pods stayed not ready'],
    ['all', 5005, 'a kubelet that had lost its runtime stopped a Pod without asking what of it runs'],
    [
      'all',
      5071,
      'a restarted kubelet had a sandbox made a second time while its first call was still under way',
    ],
    ['all', 1087, 'what was asked for at rest was asked while a Lease was being renewed'],
    ['all', 5359, 'a leader took late acknowledgements of a member from before it had lost its disk'],
    [
      'all',
      5855,
      'a creation was tried again after its Pod had been deleted, and the new Pod had the old uid',
    ],
    [
      'all',
      7372,
      'a rollout stood still for ever, as it does in Kubernetes (kubernetes/kubernetes issue 102551)',
    ],
    [
      'all',
      2305,
      'a ReplicaSet went on counting a terminating Pod that was labelled away, and its Deployment waited',
    ],
    ['all', 3757, 'a container ran twice: the kubelet was restarted while it was being started'],
    ['all', 4876, 'a ReplicaSet outlived its owner, which another replaced while the apiserver was down'],
    ['all', 7891, 'a controller that was frozen for more than a minute acted on what it knew before'],
    ['all', 9885, 'a bookmark overtook events that a partition had held up, and they were never missed'],
    ['raft', 2043, 'a member lost its disk, and with it its vote, while it was down'],
    ['raft', 2052, 'a deletion waited for minutes until etcd had a majority again'],
    ['raft', 11, 'a member that had lost its disk told the newest revision a second time'],
  ] as const)('%s, seed %i: %s', { timeout: 300_000 }, (profile, seed, _found) => {
    expect(play(seed, profile)).toBeUndefined()
  })
})
