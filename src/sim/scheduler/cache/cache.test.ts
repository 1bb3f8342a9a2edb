// The sums on nodes, whatever the order in which nodes and Pods come and go.
import { expect, test } from 'vitest'
import { makeNode, makePod } from '../testing/builders.ts'
import {
  assumePod,
  createCache,
  forgetPod,
  isAssumed,
  removeNode,
  removePod,
  setNode,
  setPod,
  snapshotOf,
} from './cache.ts'

const pod = makePod('p').request('cpu', '500m').hostPort(80)

test('an assumed Pod counts at once; confirmed, it still counts once', () => {
  const cache = createCache()
  setNode(cache, makeNode('a').node)
  assumePod(cache, pod.info, 'a')
  expect(cache.nodes[0]).toMatchObject({ pods: 1, requested: { milliCpu: 500 } })
  expect(isAssumed(cache, 'uid-p')).toBe(true)
  setPod(cache, pod.onNode('a').pod)
  expect(cache.nodes[0]).toMatchObject({ pods: 1, requested: { milliCpu: 500 } })
  expect(isAssumed(cache, 'uid-p')).toBe(false)
  expect(forgetPod(cache, 'uid-p')).toBe(false)
})

test('a forgotten Pod leaves nothing behind', () => {
  const cache = createCache()
  setNode(cache, makeNode('a').node)
  const before = cache.nodes[0]
  assumePod(cache, pod.info, 'a')
  expect(forgetPod(cache, 'uid-p')).toBe(true)
  expect(cache.nodes[0]).toEqual(before)
  expect(cache.pods.size).toBe(0)
})

test('a Pod bound elsewhere than assumed counts there', () => {
  const cache = createCache()
  setNode(cache, makeNode('a').node)
  setNode(cache, makeNode('b').node)
  assumePod(cache, pod.info, 'a')
  setPod(cache, pod.onNode('b').pod)
  expect(cache.nodes.map(({ pods }) => pods)).toEqual([0, 1])
})

test('Pods may come before their node, and outlive it', () => {
  const cache = createCache()
  setPod(cache, pod.onNode('a').pod)
  setNode(cache, makeNode('a').node)
  expect(cache.nodes[0]?.pods).toBe(1)
  removeNode(cache, makeNode('a').node)
  expect(cache.names).toEqual([])
  setNode(cache, makeNode('a').node)
  expect(cache.nodes[0]?.pods).toBe(1)
  removePod(cache, 'uid-p')
  expect(cache.nodes[0]).toMatchObject({ pods: 0, requested: { milliCpu: 0 } })
  expect(cache.strangers.size).toBe(0)
})

test('the order of nodes stays when one of them goes', () => {
  const cache = createCache()
  for (const name of ['a', 'b', 'c']) setNode(cache, makeNode(name).node)
  removeNode(cache, makeNode('a').node)
  setPod(cache, pod.onNode('c').pod)
  expect(cache.nodes.map(({ name, pods }) => [name, pods])).toEqual([
    ['b', 0],
    ['c', 1],
  ])
})

test('images are counted over nodes', () => {
  const cache = createCache()
  const image = { names: ['nginx:latest'], sizeBytes: 1 }
  setNode(cache, makeNode('a').images(image).node)
  setNode(cache, makeNode('b').images(image).node)
  expect(snapshotOf(cache).imageNodes('nginx:latest')).toBe(2)
  setNode(cache, makeNode('a').node)
  removeNode(cache, makeNode('b').node)
  expect(snapshotOf(cache).imageNodes('nginx:latest')).toBe(0)
})

test('the size of an image is known while all nodes that have it say the same', () => {
  const cache = createCache()
  const sized = (sizeBytes: number) => ({ names: ['nginx:latest'], sizeBytes })
  const bytes = (): number | null => snapshotOf(cache).imageBytes('nginx:latest')
  expect(bytes()).toBeNull()
  setNode(cache, makeNode('a').images(sized(1)).node)
  setNode(cache, makeNode('b').images(sized(1)).node)
  expect(bytes()).toBe(1)
  setNode(cache, makeNode('b').images(sized(2)).node)
  expect(bytes()).toBeNull()
  for (const name of ['a', 'b']) setNode(cache, makeNode(name).node)
  setNode(cache, makeNode('a').images(sized(2)).node)
  expect(bytes()).toBe(2)
})

test('a lower priority on the node is found', () => {
  const cache = createCache()
  setNode(cache, makeNode('a').node)
  setPod(cache, makePod('low').priority(1).onNode('a').pod)
  const snapshot = snapshotOf(cache)
  expect(snapshot.hasLowerPriorityPods('a', 2)).toBe(true)
  expect(snapshot.hasLowerPriorityPods('a', 1)).toBe(false)
})
