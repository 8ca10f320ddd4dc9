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

export interface Token {
  /** As typed, in small letters. */
  typed: string
  stem: string
}

/** How customers in a hurry write the commonest words. */
const shorthand = new Map(
  `u you,ur your,wnat want,waht what,taht that,teh the,r are,pls please,plz please,thx thanks,wat what,wats whats,cuz because,
  bc because,im i,wana want,wanna want,  hrs hours,hr hour,bak back,helo hello,wen when,cn can,adress address,adres address,fone phone,fones phones,
  ppl people,tmrw tomorrow,tmr tomorrow,tho though,abt about,acc account,acct account,msg message,
  wher where,ther there,wud would,cud could,shud should,sumthing something,
  headfones headphones,headfone headphone,addy address,mths months,yrs years,mins minutes`
    .split(',')
    .map((pair) => pair.trim().split(' ') as [string, string]),
)

/** The words of a text in order. Every number of three digits or more is the same word: it is somebody's order. */
export function wordsOf(text: string): Token[] {
  return tokens(text.replace(/\be-(?=mail)/gi, 'e')).map((word) => {
    const typed = /^\d{3,}$/.test(word) ? '000' : (shorthand.get(word) ?? word)
    return { typed, stem: stem(typed) }
  })
}

/** Words that carry a topic. One with digits in it is somebody's order number, not a topic. */
export const contentStems = (text: string): string[] =>
  tokens(text)
    .filter((word) => !stop.has(word) && !/\d/.test(word))
    .map(stem)

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
