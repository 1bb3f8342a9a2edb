// The part of framer-motion that animates, in a chunk of its own: the first picture stands before it arrives.

export { domAnimation as features } from 'framer-motion'
