import { Elysia } from 'elysia'

/** The least that the server's framework can do: what a request costs before anybody has done anything for it. */
new Elysia().get('/', () => 'hello').listen({ port: Number(process.env.PORT), hostname: '127.0.0.1' })
