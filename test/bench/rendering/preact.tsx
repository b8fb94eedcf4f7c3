/** @jsxImportSource preact */
import { renderToString } from 'preact-render-to-string'
import { type CardData, CARDS } from './cards.ts'

const Card = ({ id, title, body, author, at, tags, likes, featured }: CardData) => (
  <article class={featured ? 'card featured' : 'card'} id={`card-${id}`} data-likes={likes}>
    <h3>
      <a href={`/cards/${id}`} title={title}>
        {title}
      </a>
    </h3>
    <p>{body}</p>
    <ul class="tags">
      {tags.map((tag) => (
        <li key={tag}>{tag}</li>
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

const Page = ({ cards }: { readonly cards: readonly CardData[] }) => (
  <html lang="en">
    <head>
      <title>Cards</title>
    </head>
    <body>
      <h1>Cards</h1>
      <main>
        {cards.map((card) => (
          <Card key={card.id} {...card} />
        ))}
      </main>
    </body>
  </html>
)

export function render(): string {
  return renderToString(<Page cards={CARDS} />)
}
