import { join } from 'node:path'
import { DirectiveBoard } from './admin/directives.ts'
import { Answerer } from './answer/answerer.ts'
import { AnswerCache } from './answer/cache.ts'
import { Conversations } from './answer/conversation.ts'
import { createMake } from './answer/make.ts'
import { createFrame } from './app.ts'
import type { Config } from './config.ts'
import { addGauges } from './gauges.ts'
import { createHandler } from './http/handler.ts'
import { pseudonyms } from './limits/pseudonym.ts'
import { drain, listen } from './listen.ts'
import type { Log } from './logging/log.ts'
import { createEmf } from './metrics/emf.ts'
import { createMetrics } from './metrics/metrics.ts'
import { openModels } from './model/open.ts'
import { Policies } from './policies.ts'
import { Readiness } from './readiness.ts'
import { adminRoutes } from './routes/admin.ts'
import { chatRoute } from './routes/chat.ts'
import { docsRoutes } from './routes/docs.ts'
import { feedbackRoute } from './routes/feedback.ts'
import { healthRoutes } from './routes/health.ts'
import { metricsRoute } from './routes/metrics.ts'
import { pageRoutes } from './routes/page.ts'
import { sessionRoutes } from './routes/sessions.ts'
import { openShared } from './shared/open.ts'
import { openStore } from './store/open.ts'
import { startRetention } from './store/retention.ts'
import { Writer } from './store/writer.ts'

export interface Running {
  port: number
  /** Stops with no failed request: unready, served on for `drainMs`, then the last answers, then the last writes. */
  stop(options?: { drainMs?: number }): Promise<void>
}

interface Surroundings {
  version: string
  /** Holds knowledge/ and migrations/: the source folder, or the image's. */
  home: string
  log: Log
}

/** Puts the parts together and listens. */
export async function serve(config: Config, { version, home, log }: Surroundings): Promise<Running> {
  const metrics = createMetrics()
  const policies = new Policies(home)
  const { store, state: storeState } = await openStore(config, join(home, 'migrations'), log)
  const { shared, state: sharedState, close: closeShared } = openShared(config, log)
  const models = openModels(config.model, { metrics, log })
  const board = new DirectiveBoard(
    shared,
    async (now, before) => {
      if (now.knowledge !== before.knowledge) await policies.load()
    },
    log,
  )
  const writer = new Writer({
    store,
    onChange: (failing, error) =>
      failing ? log.error('store_writes_failing', { error }) : log.info('store_writes_recovered'),
    onDropped: (count) => metrics.dropped.add(count),
  })
  const cache = new AnswerCache(
    shared,
    () => ({ knowledge: policies.knowledge.hash, model: models.scope() }),
    config.cacheTtlSeconds * 1000,
  )
  const conversations = new Conversations(store, writer, shared, cache)
  const make = createMake({
    search: () => policies.search,
    complete: models.complete,
    modelEnabled: () => board.current.modelEnabled,
    metrics,
    log,
  })
  const answerer = new Answerer({ make, cache, shared, conversations, metrics })
  const readiness = new Readiness({
    knowledge: () => policies.state(),
    model: () => models.state(board.current.modelEnabled),
    database: () =>
      writer.failing ? { ...storeState(), status: 'degraded', waiting: writer.waiting } : storeState(),
    cache: sharedState,
  })
  addGauges(metrics, { readiness, writer, version, commit: config.commit })

  const { maxBodyBytes, maxMessageLength, adminToken } = config
  const limits = { perSession: config.perSession, perAddress: config.perAddress }
  const app = createFrame(log)
    .use(healthRoutes(version, readiness))
    .use(metricsRoute({ ...config, metrics }))
    .use(chatRoute({ answerer, shared, limits, maxBodyBytes, maxMessageLength, metrics, log }))
    .use(sessionRoutes(conversations, () => policies.knowledge.sections))
    .use(feedbackRoute({ store, shared, limits, maxBodyBytes, metrics }))
    .use(adminRoutes({ adminToken, cache, board, store, policies, maxBodyBytes }))
    .use(docsRoutes(version, home))
    .use(pageRoutes())
  const loaded = Promise.withResolvers<void>()
  const { handle, underWay } = createHandler({
    app,
    metrics,
    log,
    trustedProxyHops: config.trustedProxyHops,
    pseudonym: pseudonyms(config.secretKey),
    closing: () => readiness.phase === 'stopping',
    starting: () => (readiness.phase === 'starting' ? loaded.promise : undefined),
  })

  // Alive before it knows the policies: a scheduler asks for the one, and a question waits for the other.
  const server = listen(config, handle)
  try {
    await policies.load()
  } catch (error) {
    await server.stop(true)
    throw error
  }
  const emit = createEmf(metrics, config.environment, log.raw)
  const emitting = config.emfSeconds > 0 ? setInterval(emit, config.emfSeconds * 1000) : undefined
  void board.start()
  const retention = startRetention(store, config.retentionDays, log)
  readiness.serving()
  loaded.resolve()
  log.notice('serving', { port: server.port })

  return {
    port: server.port!,
    async stop({ drainMs = config.drainMs } = {}) {
      const until = Date.now() + config.stopMs
      readiness.stopping()
      log.notice('stopping', { under_way: underWay(), drain_ms: drainMs })
      await Bun.sleep(drainMs)
      // Answers in the making may take until shortly before the end; what is left then is for writing them down.
      await drain(server, underWay, Math.max(500, until - Date.now() - 3_000), log)
      const flushed = await writer.flush(Math.max(500, until - Date.now() - 1_000))
      if (!flushed) log.error('messages_lost', { count: writer.waiting })
      if (emitting) emit()
      clearInterval(emitting)
      board.stop()
      retention.stop()
      models.close()
      await Promise.race([Promise.all([closeShared(), store.close()]), Bun.sleep(1_000)])
      log.notice('stopped', { flushed })
      await log.flush()
    },
  }
}
