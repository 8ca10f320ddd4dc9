import { Elysia } from 'elysia'
import { Redis } from 'ioredis'

/** The least that any chatbot on these libraries does: it reads a JSON body, asks Redis for one key and answers. */
const { PORT, REDIS_URL, KEY } = process.env
const redis = new Redis(REDIS_URL!, { enableAutoPipelining: true })
new Elysia()
  .post(
    '/',
    async ({ request }) => {
      await request.json()
      const headers = { 'content-type': 'application/json' }
      return new Response(await redis.get(KEY!), { headers })
    },
    { parse: 'none' },
  )
  .listen({ port: Number(PORT), hostname: '127.0.0.1' })
