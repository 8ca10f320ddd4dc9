import * as v from 'valibot'
import { Refusal } from '../errors.ts'

/** Reads a JSON body of at most `limit` bytes and holds it to a schema; every way it can be wrong has its status. */
export async function readJson<S extends v.GenericSchema>(
  request: Request,
  limit: number,
  schema: S,
): Promise<v.InferOutput<S>> {
  const type = request.headers.get('content-type')
  if (type === null || !/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type.trim())) {
    throw new Refusal(415, 'unsupported_media_type', 'Send the body as application/json.')
  }
  const tooLarge = () => new Refusal(413, 'body_too_large', `The body may have at most ${limit} bytes.`)
  const declared = request.headers.get('content-length')
  if (Number(declared ?? 0) > limit) throw tooLarge()
  let value: unknown
  try {
    value = declared === null ? JSON.parse(await readBounded(request, limit, tooLarge)) : await request.json()
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw new Refusal(400, 'malformed_json', 'The body is not valid JSON.')
  }
  const parsed = v.safeParse(schema, value)
  if (!parsed.success) {
    const issue = parsed.issues[0]
    const field = v.getDotPath(issue)
    throw new Refusal(422, 'invalid_body', field ? `${field}: ${issue.message}` : issue.message)
  }
  return parsed.output
}

/** A body of unknown length is counted as it comes: nobody fills the memory by leaving the length out. */
async function readBounded(request: Request, limit: number, tooLarge: () => Refusal): Promise<string> {
  if (!request.body) return ''
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body) {
    size += chunk.byteLength
    if (size > limit) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
