import type { Fault, faultList } from './faults'
import type { Recorder } from './record'
import type { unknownList } from './unknown'

/** Further paths below `/_rehearsal/`, by what follows: `status` answers `/_rehearsal/status`. */
export type ControlRoutes = Record<string, (request: Request, url: URL) => unknown>

interface Parts {
  calls: Recorder
  unknown: ReturnType<typeof unknownList>
  faults: ReturnType<typeof faultList>
  routes: ControlRoutes
}

/** The rehearsal's own side door: what was called, what was unknown, and what is to fail next. */
export async function control(request: Request, url: URL, parts: Parts): Promise<Response> {
  const path = url.pathname.slice('/_rehearsal/'.length)
  const route = parts.routes[path]
  if (route) {
    const answer = await route(request, url)
    return answer instanceof Response ? answer : Response.json(answer ?? {})
  }
  switch (`${request.method} ${path}`) {
    case 'GET calls':
      return Response.json(
        parts.calls.recent().filter((call) => call.time > (url.searchParams.get('since') ?? '')),
      )
    case 'GET seen':
      return Response.json(parts.calls.seen())
    case 'GET unknown':
      return Response.json(parts.unknown.list())
    case 'GET faults':
      return Response.json(parts.faults.list())
    case 'POST faults':
      parts.faults.add((await request.json()) as Fault)
      return Response.json(parts.faults.list())
    case 'DELETE faults':
      parts.faults.clear()
      return Response.json([])
    default:
      return Response.json({ message: `No such path: ${request.method} ${url.pathname}` }, { status: 404 })
  }
}
