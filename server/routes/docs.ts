import { resolve } from 'node:path'
import { Elysia } from 'elysia'
import css from 'swagger-ui-dist/swagger-ui.css' with { type: 'file' }
import bundle from 'swagger-ui-dist/swagger-ui-bundle.js' with { type: 'file' }
import { openApi } from './openapi.ts'
import { pageHeaders } from './page.ts'

const html = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Tria chatbot API</title>
  <link rel="icon" href="/icon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
  <div id="docs"></div>
  <noscript>This page needs JavaScript. The document itself is at <a href="/docs/json">/docs/json</a>.</noscript>
  <script src="/docs/swagger-ui-bundle.js"></script>
  <script src="/docs/start.js"></script>
</body>
</html>
`
const start = `if (matchMedia('(prefers-color-scheme: dark)').matches) document.documentElement.classList.add('dark-mode')
SwaggerUIBundle({ url: '/docs/json', dom_id: '#docs', deepLinking: true, validatorUrl: null })\n`

// Swagger UI writes style attributes as it renders.
const headers = {
  ...pageHeaders,
  'content-security-policy': pageHeaders['content-security-policy'].replace(
    "style-src 'self'",
    "style-src 'self' 'unsafe-inline'",
  ),
}

/** `/docs`: Swagger UI from our own files, of the document at `/docs/json`. `home` is where the bundle lies. */
export function docsRoutes(version: string, home: string) {
  const document = openApi(version)
  const text = (content: string, type: string) => () =>
    new Response(content, { headers: { ...headers, 'content-type': `${type}; charset=utf-8` } })
  // In the source tree the import is an absolute path, in a bundle one beside the bundle.
  const asset = (path: string, type: string) => () =>
    new Response(Bun.file(resolve(home, path)), {
      headers: {
        ...headers,
        'content-type': `${type}; charset=utf-8`,
        'cache-control': 'public, max-age=86400',
      },
    })
  return new Elysia()
    .get('/docs', text(html, 'text/html'))
    .get('/docs/start.js', text(start, 'text/javascript'))
    .get('/docs/swagger-ui-bundle.js', asset(bundle, 'text/javascript'))
    .get('/docs/swagger-ui.css', asset(css, 'text/css'))
    .get('/docs/json', () => Response.json(document, { headers: { 'cache-control': 'no-cache' } }))
}
