import { Elysia } from 'elysia'
import icon from '../page/icon.svg' with { type: 'text' }
import html from '../page/index.html' with { type: 'text' }
import css from '../page/page.css' with { type: 'text' }
import script from '../page/page.js' with { type: 'text' }

export const pageHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
}

const file = (content: string, type: string) => () =>
  new Response(content, { headers: { ...pageHeaders, 'content-type': `${type}; charset=utf-8` } })

/** `/`: the chat page, four files taken into the bundle; it asks no address but this server's. */
export function pageRoutes() {
  return new Elysia()
    .get('/', file(html as unknown as string, 'text/html'))
    .get('/page.css', file(css, 'text/css'))
    .get('/page.js', file(script, 'text/javascript'))
    .get('/icon.svg', file(icon, 'image/svg+xml'))
    .get('/favicon.ico', file(icon, 'image/svg+xml'))
}
