/** Passes words on, except at the start, while they may still become the mark: the customer never sees half a mark. */
export function holdBack(mark: string, pass: (text: string) => void) {
  let held = ''
  let open = false
  return {
    token(text: string) {
      if (open) return pass(text)
      held += text
      if (!mark.startsWith(held.trimStart().slice(0, mark.length))) {
        open = true
        pass(held)
      }
    },
    restart() {
      held = ''
      open = false
    },
  }
}
