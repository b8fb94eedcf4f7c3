/** Waits for an answer no longer than the link lasts: the client itself waits for its whole timeout. */
export function unlessLost<T>(answer: Promise<T>, lost: AbortSignal): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const give = (): void => reject(new Error('the link is lost'))
  if (lost.aborted) give()
  lost.addEventListener('abort', give, { once: true })
  answer.then(resolve, reject)
  return promise.finally(() => lost.removeEventListener('abort', give))
}
