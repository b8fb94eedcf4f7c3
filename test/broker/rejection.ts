/** What a promise is rejected with, as text; throws when it is not. */
export async function rejection(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
  } catch (error) {
    return String(error)
  }
  throw new Error('It was not rejected.')
}
