/** Of the report: light and dark as the reader has it, and white on paper. Colour never says anything alone. */
export const style = `
:root { color-scheme: light dark; --ink: light-dark(#1b1f24, #e6e9ec); --paper: light-dark(#fff, #14171a); --card: light-dark(#f6f7f9, #1d2126);
  --edge: light-dark(#d5d9de, #353b42); --quiet: light-dark(#59636e, #9aa5b1); --good: light-dark(#1a7f37, #57c271);
  --bad: light-dark(#b3261e, #ff8a80); --warn: light-dark(#8a5a00, #e3b341); --line: light-dark(#2f6db3, #7db1ea) }
* { box-sizing: border-box }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 76rem; margin: 0 auto; padding: 1.5rem 1rem }
h1 { font-size: 1.5rem; margin: 0 } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem } h3 { font-size: 1rem; margin: 0; font-weight: 600 }
.quiet { color: var(--quiet) } .good { color: var(--good) } .over { color: var(--bad) } .unknown { color: var(--warn) } .idle { color: var(--quiet) }
ul.say { list-style: none; padding: 0 } ul.say li { padding: .35rem .75rem; margin: .35rem 0; border-left: 4px solid currentColor; background: var(--card) }
ul.say span { color: var(--ink) }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr)); gap: .75rem }
.card { background: var(--card); border: 1px solid var(--edge); border-radius: 6px; padding: .6rem .8rem; break-inside: avoid; min-width: 0 }
.card p { margin: .1rem 0; overflow-wrap: anywhere } .value { font-size: 1.35rem; font-variant-numeric: tabular-nums }
svg { display: block; width: 100%; height: auto; margin-top: .3rem } svg text { font: 14px system-ui, sans-serif; fill: var(--ink) } svg text.quiet { fill: var(--quiet) }
.axis { stroke: var(--edge) } .line { stroke: var(--line); fill: none; stroke-width: 1.8 } circle.line { fill: var(--line) } .area { fill: var(--line); opacity: .14 }
line.limit { stroke: var(--bad); stroke-dasharray: 5 4; stroke-width: 1.3 } svg text.limit { fill: var(--bad); paint-order: stroke; stroke: var(--card); stroke-width: 4px } .beyond { fill: var(--bad); opacity: .07 }
.wide { overflow-x: auto } h2.environment { font-size: 1.35rem; border-bottom: 2px solid var(--edge) } table { min-width: 36rem; border-collapse: collapse; width: 100%; font-size: .9rem } th, td { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--edge) }
td:first-child { white-space: nowrap; font-variant-numeric: tabular-nums } td:last-child { overflow-wrap: anywhere }
@media print { :root { color-scheme: light } body { max-width: none; padding: 0; font-size: 11pt } h2 { break-after: avoid } tr { break-inside: avoid }
  .grid { grid-template-columns: 1fr 1fr } .card, ul.say li { background: none } svg text.limit { stroke: #fff } table { min-width: 0 } * { print-color-adjust: exact } }
`
