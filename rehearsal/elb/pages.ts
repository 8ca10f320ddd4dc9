const reasons = {
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
}

export type ErrorStatus = keyof typeof reasons

/** The page that the load balancer itself answers with when no target did. */
export function errorPage(status: ErrorStatus): Response {
  const statusText = reasons[status]
  const title = `${status} ${statusText}`
  const lines = [
    '<html>',
    `<head><title>${title}</title></head>`,
    '<body>',
    `<center><h1>${title}</h1></center>`,
    '</body>',
    '</html>',
    '',
  ]
  return new Response(lines.join('\r\n'), {
    status,
    headers: { server: 'awselb/2.0', 'content-type': 'text/html' },
  })
}
