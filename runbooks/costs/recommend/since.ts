/** What is measured of a thing tells of its size then: how full it was, what an answer cost. */
export type Family = 'tasks' | 'database' | 'cache' | 'server' | 'network' | 'logging'

/** From when on a family is as it is now; what was measured before is of something else. */
export type Since = { readonly [family in Family]?: Date }

const families: Readonly<Record<string, Family>> = {
  ecs_task_cpu: 'tasks',
  ecs_task_memory: 'tasks',
  cpu_architecture: 'tasks',
  db_instance_class: 'database',
  redis_engine: 'cache',
  redis_node_type: 'cache',
  nat_gateway_mode: 'network',
  interface_endpoints_enabled: 'network',
  log_level: 'logging',
  openai_model: 'server',
  answer_cache_seconds: 'server',
}

/** The families that a change of these variables makes other than they were. */
export const familiesOf = (names: readonly string[]): Family[] => [
  ...new Set(names.flatMap((name) => families[name] ?? [])),
]

/** When each family was changed last. */
export function sinceOf(changes: readonly { at: string; names: readonly string[] }[]): Since {
  const since: { [family in Family]?: Date } = {}
  for (const { at, names } of changes) {
    for (const family of familiesOf(names)) {
      const then = new Date(at)
      if (!since[family] || since[family] < then) since[family] = then
    }
  }
  return since
}

const series: Readonly<Record<string, Family>> = {
  taskCpu: 'tasks',
  taskMemory: 'tasks',
  databaseCpu: 'database',
  databaseMemory: 'database',
  cacheMemory: 'cache',
  cacheCpu: 'cache',
  cacheEvictions: 'cache',
  answersCached: 'server',
  answersMade: 'server',
  dollars: 'server',
  natFromTasks: 'network',
  natToTasks: 'network',
  endpointBytes: 'network',
  logBytes: 'logging',
}

/** The family whose size a metric is relative to; none for what counts the same at any size. */
export const familyOfSeries = (name: string): Family | undefined => series[name]
