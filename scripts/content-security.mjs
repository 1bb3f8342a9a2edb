// The Content-Security-Policy of the page. The preview server sends it as a header, and the build writes it into
// index.html as well, so that any static host gives the same protection: nothing is loaded from elsewhere.

const directives = {
  'default-src': "'none'",
  'script-src': "'self'",
  'worker-src': "'self'",
  'style-src': "'self' 'unsafe-inline'",
  'img-src': "'self' data: blob:",
  'media-src': "'self' blob:",
  'font-src': "'self'",
  'connect-src': "'self'",
  'manifest-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
}

/** @param {Record<string, string>} policy */
const written = (policy) =>
  Object.entries(policy)
    .map(([name, sources]) => `${name} ${sources}`)
    .join('; ')

/** For a `<meta http-equiv>`: browsers ignore frame-ancestors there and warn about it. */
export const contentSecurityMeta = written(directives)

export const securityHeaders = {
  'Content-Security-Policy': written({ ...directives, 'frame-ancestors': "'self'" }),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
}
