// One Redis GET behind Fastify on Node, and nothing else: no limits, no store, no log, no metrics.
import fastify from 'fastify'
import { Redis } from 'ioredis'

const { PORT, REDIS_URL, KEY } = process.env
const redis = new Redis(REDIS_URL, { enableAutoPipelining: true })
const app = fastify()
app.post('/', async (_request, reply) => reply.type('application/json').send(await redis.get(KEY)))
await app.listen({ port: Number(PORT), host: '127.0.0.1' })
