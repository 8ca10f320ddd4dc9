const serving = /^async function serveUntilSignal\(.*\{\n/m

/** A change of `server/main.ts`: what happens before it begins to serve. Its migration goes as ever. */
export const beforeServing = (line: string) => (text: string) => {
  if (!serving.test(text)) throw new Error('Break server/main.ts: serveUntilSignal is not found in it')
  return text.replace(serving, (head) => `${head}  ${line}\n`)
}
