/** The page by hand: template literals, and every text through Bun's escape function. */
import { type CardData, CARDS } from './cards.ts'

const e = Bun.escapeHTML

function card({ id, title, body, author, at, tags, likes, featured }: CardData): string {
  return `<article class="${featured ? 'card featured' : 'card'}" id="card-${id}" data-likes="${likes}"><h3><a href="/cards/${id}" title="${e(title)}">${e(title)}</a></h3><p>${e(body)}</p><ul class="tags">${tags.map((tag) => `<li>${e(tag)}</li>`).join('')}</ul><footer><span>${e(author)}</span><time datetime="${e(at)}">${e(at.slice(0, 10))}</time><button type="button" aria-label="${e(`Like ${title}`)}">${likes}</button></footer></article>`
}

export function render(cards: readonly CardData[] = CARDS): string {
  return `<html lang="en"><head><title>Cards</title></head><body><h1>Cards</h1><main>${cards.map(card).join('')}</main></body></html>`
}
