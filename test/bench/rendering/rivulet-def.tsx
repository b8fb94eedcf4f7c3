/** The page in Rivulet JSX, with a component made by `def`: its props go through zod. */
import { def } from 'rivulet'
import { z } from 'zod'
import { type CardData, CARDS } from './cards.ts'

const CardProps = {
  id: z.number().int(),
  title: z.string(),
  body: z.string(),
  author: z.string(),
  at: z.string(),
  tags: z.array(z.string()),
  likes: z.number().int(),
  featured: z.boolean(),
}

const Card = def(CardProps, ({ id, title, body, author, at, tags, likes, featured }) => (
  <article class={featured ? 'card featured' : 'card'} id={`card-${id}`} data-likes={likes}>
    <h3>
      <a href={`/cards/${id}`} title={title}>
        {title}
      </a>
    </h3>
    <p>{body}</p>
    <ul class="tags">
      {tags.map((tag) => (
        <li>{tag}</li>
      ))}
    </ul>
    <footer>
      <span>{author}</span>
      <time datetime={at}>{at.slice(0, 10)}</time>
      <button type="button" aria-label={`Like ${title}`}>
        {likes}
      </button>
    </footer>
  </article>
))

const Page = ({ cards }: { readonly cards: readonly CardData[] }) => (
  <html lang="en">
    <head>
      <title>Cards</title>
    </head>
    <body>
      <h1>Cards</h1>
      <main>
        {cards.map((card) => (
          <Card {...card} />
        ))}
      </main>
    </body>
  </html>
)

export function render(): string | Promise<string> {
  const page = <Page cards={CARDS} />
  return page instanceof Promise ? page.then(String) : String(page)
}
