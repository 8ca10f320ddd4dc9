/** One question at a time, whoever asks. */
let turn: Promise<unknown> = Promise.resolve()

export interface Question {
  prompt: string
  /** Where the person looks: a question is not for whoever reads the output. */
  screen: NodeJS.WritableStream
  signal: AbortSignal
}

/** A line typed on the terminal; undefined when the input ends. Readline's `question` waits for ever there under Bun. */
export function ask(question: Question): Promise<string | undefined> {
  const answer = turn.then(() => readLine(question))
  turn = answer.catch(() => {})
  return answer
}

function readLine({ prompt, screen, signal }: Question): Promise<string | undefined> {
  signal.throwIfAborted()
  const { stdin } = process
  screen.write(prompt)
  stdin.setEncoding('utf8')
  return new Promise((resolve, reject) => {
    let typed = ''
    const data = (text: string) => {
      typed += text
      const end = typed.indexOf('\n')
      if (end >= 0) settle(() => resolve(typed.slice(0, end)))
    }
    // Nobody has typed the Enter that would end the prompt's line.
    const unanswered = (how: () => void) =>
      settle(() => {
        screen.write('\n')
        how()
      })
    const end = () => unanswered(() => resolve(undefined))
    const stop = () => unanswered(() => reject(signal.reason))
    function settle(how: () => void) {
      stdin.off('data', data).off('end', end).off('error', end)
      signal.removeEventListener('abort', stop)
      stdin.pause()
      stdin.unref?.()
      how()
    }
    stdin.on('data', data).on('end', end).on('error', end)
    signal.addEventListener('abort', stop, { once: true })
    stdin.ref?.()
    stdin.resume()
  })
}
