import { join } from 'node:path'
import { Answerer } from './answer/answerer.ts'
import { AnswerCache } from './answer/cache.ts'
import { Conversations } from './answer/conversation.ts'
import { createFrame } from './app.ts'
import type { Config } from './config.ts'
import { createHandler } from './http/handler.ts'
import type { Log } from './logging/log.ts'
import { createMetrics } from './metrics/metrics.ts'
import { openModels } from './model/open.ts'
import { Readiness } from './readiness.ts'
import { loadKnowledge } from './retrieval/documents.ts'
import { createSearch } from './retrieval/search.ts'
import { chatRoute } from './routes/chat.ts'
import { docsRoutes } from './routes/docs.ts'
import { feedbackRoute } from './routes/feedback.ts'
import { healthRoutes } from './routes/health.ts'
import { metricsRoute } from './routes/metrics.ts'
import { pageRoutes } from './routes/page.ts'
import { sessionRoutes } from './routes/sessions.ts'
import { openShared } from './shared/open.ts'
import { openStore } from './store/open.ts'
import { Writer } from './store/writer.ts'

export interface Running {
  url: string
  port: number
  /** Stops with no failed request: unready, served on for `drainMs`, then the last answers, then the last writes. */
  stop(options?: { drainMs?: number }): Promise<void>
}

/** Puts the parts together and listens. `home` holds knowledge/ and migrations/: the source folder or the image's. */
export async function serve(
  config: Config,
  options: { version: string; home: string; log: Log },
): Promise<Running> {
  const { version, home, log } = options
  const metrics = createMetrics()
  const knowledge = await loadKnowledge(join(home, 'knowledge'))
  const search = createSearch(knowledge.sections)
  const store = await openStore(config, join(home, 'migrations'), log)
  const shared = openShared(config, log)
  const models = openModels(config.model, { metrics, log })
  const writer = new Writer({
    store: store.store,
    onChange: (failing, error) =>
      failing ? log.error('store_writes_failing', { error }) : log.info('store_writes_recovered'),
    onDropped: (count) => metrics.dropped.add(count),
  })
  const conversations = new Conversations(store.store, writer, shared.shared)
  const cache = new AnswerCache(
    shared.shared,
    () => ({ knowledge: knowledge.hash, model: models.scope() }),
    config.cacheTtlSeconds * 1000,
  )
  const answerer = new Answerer({
    search: () => search,
    complete: models.complete,
    cache,
    shared: shared.shared,
    conversations,
    metrics,
    log,
  })
  const readiness = new Readiness({
    knowledge: () => ({ status: 'ok', documents: knowledge.documents, sections: knowledge.sections.length }),
    model: models.state,
    database: () => ({
      ...store.state(),
      ...(writer.failing ? { status: 'degraded' as const, waiting_messages: writer.waiting } : {}),
    }),
    cache: shared.state,
  })
  metrics.gauge('chatbot_messages_waiting', 'Messages not yet in the store.', () => writer.waiting)
  metrics.gauge('process_resident_memory_bytes', 'Memory of the process.', () => process.memoryUsage.rss())
  metrics.gauge(
    'chatbot_part_degraded',
    '1 while a part is degraded.',
    () =>
      Object.entries(readiness.parts).map(([name, state]) => [[name], state().status === 'degraded' ? 1 : 0]),
    ['part'],
  )
  metrics.gauge('chatbot_info', 'The version that runs.', () => [[[version, config.commit], 1]], [
    'version',
    'commit',
  ])

  const limits = { perSession: config.perSession, perAddress: config.perAddress }
  const { maxBodyBytes, maxMessageLength } = config
  const app = createFrame(log)
    .use(healthRoutes(version, readiness))
    .use(metricsRoute(metrics))
    .use(chatRoute({ answerer, shared: shared.shared, limits, maxBodyBytes, maxMessageLength, metrics, log }))
    .use(sessionRoutes(conversations))
    .use(feedbackRoute({ store: store.store, shared: shared.shared, limits, maxBodyBytes, metrics }))
    .use(docsRoutes(version, home))
    .use(pageRoutes())

  const { handle, underWay } = createHandler({
    app,
    metrics,
    log,
    trustedProxyHops: config.trustedProxyHops,
    closing: () => readiness.phase === 'stopping',
  })
  const server = Bun.serve({
    port: config.port,
    hostname: config.host,
    fetch: handle,
    // A second server on the same port must fail, not share it silently.
    reusePort: false,
    // Longer than a load balancer keeps an idle connection (60 s), or it would send into a closed one.
    idleTimeout: 75,
    // Our own limit answers with a sentence; this one only keeps a flood out of memory.
    maxRequestBodySize: 128 * 1024 * 1024,
    development: false,
  })
  readiness.serving()
  const port = server.port!
  log.info('serving', { port })

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    async stop({ drainMs = config.drainMs } = {}) {
      const until = Date.now() + config.stopMs
      readiness.stopping()
      log.info('stopping', { under_way: underWay(), drain_ms: drainMs })
      await Bun.sleep(drainMs)
      // Answers still in the making may take until shortly before the deadline; the rest of the time is for writing.
      const lastAnswer = Math.max(500, until - Date.now() - 3_000)
      const drained = await Promise.race([
        server.stop(false).then(() => true),
        quiet(underWay).then(() => true),
        Bun.sleep(lastAnswer).then(() => false),
      ])
      if (!drained) log.warn('stopped_before_the_last_answer', { under_way: underWay() })
      await server.stop(true)
      const flushed = await writer.flush(Math.max(500, until - Date.now() - 1_000))
      if (!flushed) log.error('messages_lost', { count: writer.waiting })
      models.close()
      await Promise.race([Promise.all([shared.close(), store.store.close()]), Bun.sleep(1_000)])
      log.info('stopped', { flushed })
      await log.flush()
    },
  }
}

/** Resolves when nothing is under way; the short wait lets the last answer leave the socket. */
async function quiet(underWay: () => number): Promise<void> {
  while (underWay() > 0) await Bun.sleep(20)
  await Bun.sleep(100)
  return underWay() > 0 ? quiet(underWay) : undefined
}
