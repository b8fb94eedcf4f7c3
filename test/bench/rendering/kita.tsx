/** @jsxImportSource @kitajs/html */
import { type CardData, CARDS } from './cards.ts'

const Card = ({ id, title, body, author, at, tags, likes, featured }: CardData) => (
  <article class={featured ? 'card featured' : 'card'} id={`card-${id}`} data-likes={likes}>
    <h3>
      <a href={`/cards/${id}`} title={title} safe>
        {title}
      </a>
    </h3>
    <p safe>{body}</p>
    <ul class="tags">
      {tags.map((tag) => (
        <li safe>{tag}</li>
      ))}
    </ul>
    <footer>
      <span safe>{author}</span>
      <time datetime={at} safe>
        {at.slice(0, 10)}
      </time>
      <button type="button" aria-label={`Like ${title}`}>
        {likes}
      </button>
    </footer>
  </article>
)

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
  return <Page cards={CARDS} />
}
