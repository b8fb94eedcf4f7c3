/** Thrown to answer with a status and its error page instead of the page. */
export class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly status: number

  /** `status` is 400 to 599, a `RangeError` otherwise; the message is shown to the visitor. */
  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options)
    if (!(status >= 400 && status <= 599)) {
      throw new RangeError(
        `An HttpError has a status of an error.\n\nExpected: 400 to 599\nGot: ${status}`,
      )
    }
    this.status = status
  }
}

/** Answers 404, with the nearest `_404`: `throw notFound()`. */
export function notFound(message = 'There is nothing at this address.'): HttpError {
  return new HttpError(404, message)
}

/**
 * Answers with a redirect: 303, so that a form's POST is followed by a GET, unless told otherwise.
 * Return it, or throw it from where nothing can be returned.
 */
export function redirect(location: string, status: 301 | 302 | 303 | 307 | 308 = 303): Response {
  return new Response(null, { status, headers: { location } })
}
