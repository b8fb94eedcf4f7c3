/**
 * A piece of finished markup: the value of a JSX element.
 *
 * The class is the brand. Only an instance reaches a page unescaped, so a string that merely looks
 * like HTML (a user's text, say) is always escaped. `String(html)` gives the markup.
 */
export class Html {
  /** The markup itself. */
  readonly markup: string
  /** Whether the markup is exactly one element, so that attributes can be added to it. */
  readonly isElement: boolean

  constructor(markup: string, isElement = false) {
    this.markup = markup
    this.isElement = isElement
  }

  toString(): string {
    return this.markup
  }
}

/** What `raw()` makes: a class of its own, as `<script>` and `<style>` may hold nothing else. */
export class RawHtml extends Html {}

/**
 * Declares that a string is trusted markup: the only way past the escaping, and easy to grep.
 *
 * @example
 * ```tsx
 * <div>{raw(markdownToSanitizedHtml(text))}</div>
 * ```
 */
export function raw(markup: string): Html {
  return new RawHtml(markup)
}

/** The document type of HTML; pages that start with `<html>` get it by themselves. */
export const doctype: Html = raw('<!doctype html>')

/** Completes a page: prefixes the document type when the markup is a whole `<html>` document. */
export function toDocument(html: Html): string {
  // Not `<html-editor>`, which is a custom element.
  return /^<html[\s>]/i.test(html.markup) ? doctype.markup + html.markup : html.markup
}
