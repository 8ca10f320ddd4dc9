/** Files that the bundler takes in: as text, or copied beside the bundle and imported as their path. */
declare module '*.css' {
  const content: string
  export default content
}
declare module '*.svg' {
  const content: string
  export default content
}
declare module 'swagger-ui-dist/*' {
  const path: string
  export default path
}
