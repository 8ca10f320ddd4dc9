import { type Entry, type Level, levels } from './entry'

export interface Wanted {
  /** Of that level and worse. */
  level?: Level | undefined
  grep?: RegExp | undefined
  /** A request's or a conversation's id. */
  request?: string | undefined
}

/** Whether somebody asked for that line. */
export function isWanted(message: string, { level, fields }: Entry, wanted: Wanted): boolean {
  if (wanted.level && levels.indexOf(level) < levels.indexOf(wanted.level)) return false
  if (wanted.request && fields.request_id !== wanted.request && fields.session !== wanted.request)
    return false
  return !wanted.grep || wanted.grep.test(message)
}

/** An id as the server takes it, so that it can stand in CloudWatch's own filter. */
export const checkRequest = (id: string) =>
  /^[\w.:=;-]{1,128}$/.test(id)
    ? undefined
    : 'must be an id as `x-request-id` has it: letters, digits and . _ : = ; -'

export function checkPattern(pattern: string): string | undefined {
  try {
    new RegExp(pattern)
    return undefined
  } catch (error) {
    return `must be a regular expression: ${(error as Error).message.replace(/^Invalid regular expression: /, '')}`
  }
}
