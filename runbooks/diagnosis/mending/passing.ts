import { explains } from '../explains'
import type { Diagnosis, Finding } from '../judge'

/** They tell of what happened, and stay told however well all is by now. */
const history = ['deployment-rolled-back', 'pipeline-failed', 'infrastructure-failed']

/** What is still found, but goes by itself once what was mended has its effect: tasks take seconds to connect again. */
export function passing({ findings }: Diagnosis, mended: string[]): Finding[] {
  return findings.filter(
    ({ id }) =>
      !history.includes(id) && mended.some((one) => one === id || explains[one]?.includes(id) === true),
  )
}
