import { format, type Snapshot } from '../snapshot'
import { lookAtCertificates } from './domain'
import { lookAtFront, lookAtTargets } from './front'
import { lookAtLock, lookAtStateLock } from './locks'
import { lookAtErrors, lookAtLastLines } from './logs'
import type { Place } from './look'
import { lookAtGroups, lookAtRoutes } from './network'
import { lookAtPipeline } from './pipeline'
import { lookAtImages, lookAtRevisions } from './revisions'
import { lookAtRoles } from './roles'
import { lookAtRuns } from './runs'
import { lookAtSecrets } from './secrets'
import { lookAtMoves, lookAtScaling, lookAtService } from './service'
import { lookAtAlarms, lookAtCache, lookAtDatabase } from './stores'
import { lookAtTasks } from './tasks'
import { lookAtCacheUse, lookAtQuotas } from './use'

/** One look at everything, all at once; what is found by way of something else waits for that alone. Changes nothing. */
export async function collect(place: Place): Promise<Snapshot> {
  const service = lookAtService(place)
  const moves = lookAtMoves(place)
  const tasks = lookAtTasks(place)
  const { balancer, ready, domain } = lookAtFront(place)
  const runs = lookAtRuns(place)
  const database = lookAtDatabase(place)
  const cache = lookAtCache(place)
  const revisions = lookAtRevisions(place, service, moves)
  const looks = {
    service,
    moves,
    tasks,
    revisions,
    images: lookAtImages(place, revisions),
    secrets: lookAtSecrets(place, revisions),
    roles: lookAtRoles(place, revisions),
    targets: lookAtTargets(place),
    balancer,
    ready,
    groups: lookAtGroups(place, service, [balancer, database, cache]),
    routes: lookAtRoutes(place, service),
    database,
    cache,
    alarms: lookAtAlarms(place),
    lastLines: lookAtLastLines(place, tasks, revisions),
    errors: lookAtErrors(place),
    scaling: lookAtScaling(place),
    lock: lookAtLock(place),
    stateLock: lookAtStateLock(place),
    cacheUse: lookAtCacheUse(place),
    quotas: lookAtQuotas(place, runs),
    runs,
    pipeline: lookAtPipeline(place),
    certificates: lookAtCertificates(place),
    domain,
  }
  // A look ends as a gap at worst, so that none takes the others with it.
  const seen = await Promise.all(
    Object.entries(looks).map(async ([name, part]) => [name, await part] as const),
  )
  return {
    format,
    at: place.now.toISOString(),
    environment: place.stack.environment,
    region: place.region,
    parts: Object.fromEntries(seen) as Snapshot['parts'],
  }
}
