import type { Book } from '../../core'
import { coloured, uncoloured, wantsColour } from '../../core/output/style'
import type { Look } from '../model'
import { allLost, type Carried, carry } from './carry'
import { type Board, frame } from './frame'
import { openScreen } from './screen'

export interface BoardOptions {
  look: () => Promise<Look[]>
  since: string
  /** Seconds. */
  interval: number
}

/** After looks that found nothing at all, the pauses grow up to this many seconds: whoever throttles is not pressed. */
const longest = 60

/** Shows the board until somebody ends it. */
export async function showBoard(book: Book, { look, since, interval }: BoardOptions): Promise<Board> {
  const style = wantsColour(process.env, true) ? coloured : uncoloured
  const board: Board = { environments: [], since, interval, now: Date.now() / 1000 }
  const over = Promise.withResolvers<void>()
  let wake = () => {}
  const draw = () => {
    board.now = Date.now() / 1000
    screen.show(frame(board, screen.size(), style))
  }
  const screen = openScreen({
    onResize: draw,
    onKey(key) {
      if (key === 'q') over.resolve()
      else if (key === 'r') wake()
      // A terminal in raw mode makes no signal of Ctrl-C.
      else if (key === '\x03') process.kill(process.pid, 'SIGINT')
    },
  })
  const leave = () => {
    screen.leave()
    over.resolve()
  }
  book.signal.addEventListener('abort', leave, { once: true })
  book.cleanup(leave)
  // Only for the seconds in a line of trouble: otherwise nothing moves between two looks.
  const ticking = setInterval(() => board.trouble && draw(), 1000)
  let ended = false
  void over.promise.then(() => {
    ended = true
    wake()
  })
  const loop = async () => {
    let failures = 0
    while (!ended) {
      const began = Date.now()
      const lost = take(board, await look())
      failures = lost ? failures + 1 : 0
      if (ended) return
      draw()
      const pause = Math.min(longest, interval * 2 ** Math.min(failures, 6)) * 1000
      const { promise, resolve } = Promise.withResolvers<void>()
      wake = resolve
      const timer = setTimeout(
        resolve,
        Math.max(0, began + (failures ? pause : interval * 1000) - Date.now()),
      )
      await promise
      clearTimeout(timer)
    }
  }
  draw()
  try {
    await Promise.race([over.promise, loop()])
  } finally {
    clearInterval(ticking)
    leave()
  }
  book.signal.throwIfAborted()
  return board
}

/** Takes a look over; true where nothing answered. */
function take(board: Board, looks: Look[]): boolean {
  const reason = allLost(looks)
  board.environments = looks.map((look): Carried => {
    const before = board.environments.find((one) => one.look.environment === look.environment)
    const carried = carry(before, look)
    // The line at the top says it for all of them, and the time is that of what is shown.
    return reason && before ? { look: { ...carried.look, now: before.look.now }, stale: [] } : carried
  })
  board.trouble = reason ? { reason, since: board.trouble?.since ?? board.now } : undefined
  return reason !== undefined
}
