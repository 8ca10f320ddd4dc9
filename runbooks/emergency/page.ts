/** How long clients are asked to wait before they come again. */
export const retryAfterSeconds = 300

/** What people see meanwhile: at most 1,024 characters, as a listener's fixed response takes no more. */
export const page = [
  '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
  `<meta http-equiv="refresh" content="${retryAfterSeconds}"><title>Back soon</title>`,
  '<body style="font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:18vh auto;padding:0 1rem">',
  '<h1>Back soon</h1><p>Our assistant is taking a break for maintenance. This page looks again by itself.</p></html>',
].join('')
