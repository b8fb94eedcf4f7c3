/** The page in Rivulet JSX, with plain functions as components. */
import { type CardData, CARDS } from './cards.ts'

export const Card = ({ id, title, body, author, at, tags, likes, featured }: CardData) => (
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
)

export const Page = ({ cards }: { readonly cards: readonly CardData[] }) => (
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
