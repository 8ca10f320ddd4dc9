import { plainWords } from './phrases.ts'

/** Words that carry no topic: grammar, courtesy, and what every customer says about any matter. */
export const stop: ReadonlySet<string> = new Set(
  `a about above after again all also am an and any anybody anyone anything are as ask asking at be because been before
  being between both but by can cannot cant could couldnt course did didnt do does doesnt doing done dont during each
  either else etc ever every few for from further get gets getting give given go goes going gonna good got had has hasnt
  have havent having he hello help her here hers hey hi him his how hows however i id if ill im in info information into
  is isnt it its ive just kind kindly know let lets like looking lot made make makes many may maybe me mean might mine
  more most much must my myself name need needed needs no nor not now of off ok okay on once one only or other our out
  over own please possible question quick quickly really right s said say see shall she should so some somebody someone
  something soon sorry still such sure t tell than thank thanks that thats the their them then there these they thing
  things think this those though through to today tomorrow too tria try trying two under until up us use used using very
  want wanted wants was wasnt way we well were what whats when whens where wheres whether which while who whom whos why
  will with within without wondering wont would wouldnt yes yesterday yet you your youre yours
  already always around ago actually anyway basically explain happen happens happened understand show work works
  policy policies company tria's allowed able
  buy buying bought purchase purchased item items product products thing stuff week weeks month months day days
  ur u r im pls plz thx wat wher ther gonna wanna gotta cuz bc btw idk asap omg back leave leaves leaving
  last next since long first new dear guys folks team people customer customers`.split(/\s+/),
)

/**
 * Words that colour a question without being its topic: what was bought, when, for whom. They help a section that
 * has them, and do not hinder one that has not.
 */
const colour = new Set(
  `time times hour hours minute minutes year years night afternoon evening monday tuesday wednesday thursday friday ago
  wife husband son daughter mother father grandma grandmother mom dad friend child kid colleague neighbor boss team
  chair desk lamp table monitor screen keyboard mouse laptop printer computer tablet headphones earphones phone device
  machine coffee paper ink cable charger camera sofa shelf toner box gift present birthday vacation holiday home house
  office porch store website site page app online site shop order orders ordered ordering company business customer
  account email mail message number name person place today morning money dollars bit lot else ever far high low big
  small bigger smaller old good bad better best nice great really happy sad able simply directly immediately right
  currently usually normally exactly total whole full part kind sort type way ways case situation problem issue trouble
  reason idea detail details live living move moved moving start started come coming came leave put keep look looking
  seen saw see find found think hear heard say told try tried trying turn ask asked wonder expect expected run
  finally instead rather quite pretty enough extra actual own
  one two three four five six seven eight nine ten twenty hundred half couple several dozen first second third once twice
  man woman guy lady nephew niece uncle aunt cousin neighbour neighbor brother sister parents parent cat dog roommate
  came gave given gone went threw throw thrown put puts take takes taking took taken made makes brought bring hold held stand stood sit
  let show shows shown wanted wish hope hoped prefer love hate regret worry worried afraid believe guess suppose mean
  type typed write wrote read talk talked speak spoke tell said explain described notice noticed realize realised
  happen happened nothing something somebody nobody anybody everyone somewhere anywhere inside outside under above
  oops okay hi hey hmm well anyway besides however therefore meanwhile apparently suddenly recently lately yesterday
  tonight weekend spring summer autumn winter january february march april may june july august september october
  november december during within until since tuesday sunday
  wrong true false clear sure fine easy hard quick slow late early soon next previous same different whole entire
  use used using usage need needs needed able allow allowed possible impossible require required
  bought purchased purchase paid sold shopping shipment knocked knock snapped fell turned turns pressed press click
  clicked button screen window corner street road door bush garden kitchen room floor table bed
  question answer help support thing stuff item piece bunch amount number digit line bottom top side middle`
    .split(/\s+/)
    .map((word) => stem(word)),
)

/** How much an unmatched word speaks against a section: a colouring one little. */
export const isColour = (stemmed: string): boolean => colour.has(stemmed)

/** Stems of a text in order, stop words included. Letters of every script count; marks and punctuation do not. */
export function stems(text: string): string[] {
  return tokens(plainWords(text)).map(stem)
}

export interface Word {
  /** As typed, in small letters: what a slip of the keyboard is corrected on. */
  typed: string
  stem: string
}

/** Words that carry a topic. One with digits in it is somebody's order number, not a topic. */
export function contentWords(text: string): Word[] {
  return tokens(plainWords(text))
    .filter((word) => !stop.has(word) && !/\d/.test(word))
    .map((typed) => ({ typed, stem: stem(typed) }))
}

export const contentStems = (text: string): string[] => contentWords(text).map((word) => word.stem)

export function tokens(text: string): string[] {
  return (
    text
      .normalize('NFKD')
      .replace(/\p{M}+/gu, '')
      .toLowerCase()
      .replace(/['’`]/g, '')
      .match(/[\p{L}\p{N}]+/gu) ?? []
  )
}

/** A light stemmer: plurals, -ing, -ed, a final e. It need not be right, only the same for query and document. */
export function stem(word: string): string {
  // Training is not about trains.
  if (word.startsWith('training')) return 'training'
  let w = word
  if (w.length > 4 && w.endsWith('ies')) w = `${w.slice(0, -3)}y`
  else if (w.length > 4 && /(ss|x|ch|sh)es$/.test(w)) w = w.slice(0, -2)
  else if (w.length > 3 && w.endsWith('s') && !/(ss|us|is)$/.test(w)) w = w.slice(0, -1)
  const bare = w.replace(/(ing|ed)$/, '')
  if (bare !== w && bare.length > 2 && /[aeiouy]/.test(bare)) w = bare.replace(/([bdgklmnprt])\1$/, '$1')
  if (w.length > 4 && w.endsWith('e')) w = w.slice(0, -1)
  return w
}
