/** What a card shows. */
export interface CardData {
  readonly id: number
  readonly title: string
  readonly body: string
  readonly author: string
  readonly at: string
  readonly tags: string[]
  readonly likes: number
  readonly featured: boolean
}

/** The cards of the page that every renderer renders: texts of which some have to be escaped. */
export const CARDS: readonly CardData[] = Array.from({ length: 100 }, (_, id) => ({
  id,
  title: id % 3 === 0 ? `Fish & chips <no. ${id}>` : `A plain title, number ${id}`,
  body:
    id % 4 === 0
      ? `She said "well, if x < y & y < z" and left. `.repeat(3)
      : 'A paragraph of ordinary words, as most of them are: nothing in it has to be escaped. ',
  author: id % 5 === 0 ? `O'Brien` : 'Ada',
  at: new Date(Date.UTC(2025, 0, 1 + id)).toISOString(),
  tags: ['news', id % 2 === 0 ? 'r&d' : 'sports', `tag-${id}`],
  likes: (id * 37) % 101,
  featured: id % 10 === 0,
}))
