import { timingSafeEqual } from 'node:crypto'
import { Refusal } from '../errors.ts'

const digest = (text: string) => new Bun.CryptoHasher('sha256').update(text).digest()

/** Lets a request pass that bears the token. The comparison takes the same time wherever the two first differ. */
export function adminGuard(token: string | undefined): (request: Request) => void {
  const wanted = token === undefined ? undefined : digest(token)
  return (request) => {
    // Without a token configured there is no administration, and nothing says that there could be.
    if (!wanted) throw new Refusal(404, 'not_found', 'There is nothing at this address.')
    const given = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
    if (given === undefined || !timingSafeEqual(digest(given), wanted)) {
      throw new Refusal(401, 'unauthorized', 'This needs the administration token.', {
        'www-authenticate': 'Bearer',
      })
    }
  }
}
