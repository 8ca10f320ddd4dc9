/** Imported as text: the page's script is served, not run here. */
declare const text: string
export default text
