import type { World } from '../world.ts'
import type { Durations } from './durations.ts'
import type { Arns } from './ids.ts'
import type { Moto } from './moto.ts'
import type { Images, Network, Targets, Trust } from './ports.ts'
import type { Usage } from './task/usage.ts'

/** What every part of ECS stands on. */
export interface Ground {
  world: World
  network: Network
  targets: Targets
  images: Images
  trust: Trust
  moto: Moto
  arns: Arns
  durations: Durations
  usage: Usage
}
