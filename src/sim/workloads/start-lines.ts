// What well-known images write when they start. `%T` stands for the time of the line.
import type { LogLine } from './shell.ts'

const NGINX = [
  '/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration',
  '/docker-entrypoint.sh: Looking for shell scripts in /docker-entrypoint.d/',
  '/docker-entrypoint.sh: Launching /docker-entrypoint.d/10-listen-on-ipv6-by-default.sh',
  '10-listen-on-ipv6-by-default.sh: info: Getting the checksum of /etc/nginx/conf.d/default.conf',
  '10-listen-on-ipv6-by-default.sh: info: Enabled listen on IPv6 in /etc/nginx/conf.d/default.conf',
  '/docker-entrypoint.sh: Sourcing /docker-entrypoint.d/15-local-resolvers.envsh',
  '/docker-entrypoint.sh: Launching /docker-entrypoint.d/20-envsubst-on-templates.sh',
  '/docker-entrypoint.sh: Launching /docker-entrypoint.d/30-tune-worker-processes.sh',
  '/docker-entrypoint.sh: Configuration complete; ready for start up',
  '%T [notice] 1#1: using the "epoll" event method',
  '%T [notice] 1#1: OS: Linux 6.12.57',
  '%T [notice] 1#1: start worker processes',
  '%T [notice] 1#1: start worker process 29',
]

const HELLO_WORLD = [
  '',
  'Hello from Docker!',
  'This message shows that your installation appears to be working correctly.',
  '',
]

const lines = (texts: readonly string[]): readonly LogLine[] =>
  Object.freeze(texts.map((line) => Object.freeze({ afterSeconds: 0, line })))

const BY_IMAGE: Readonly<Record<string, readonly LogLine[]>> = Object.freeze({
  nginx: lines(NGINX),
  redis: lines(['1:M * Server initialized', '1:M * Ready to accept connections tcp']),
  'hello-world': lines(HELLO_WORLD),
})

const NOTHING: readonly LogLine[] = Object.freeze([])

/** By the last part of the image's name. The same array for every container of the image. */
export const startLines = (name: string): readonly LogLine[] =>
  Object.hasOwn(BY_IMAGE, name) ? (BY_IMAGE[name] ?? NOTHING) : NOTHING
