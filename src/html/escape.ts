/**
 * Escapes a string for HTML text and for double-quoted attribute values.
 *
 * A carriage return becomes a character reference, because an HTML parser folds a literal one into
 * a line feed, and so does an SSE parser: written out, the text arrives as it was
 * (HTML standard, "preprocessing the input stream").
 */
export function escapeHtml(text: string): string {
  const escaped = Bun.escapeHTML(text)
  return escaped.includes('\r') ? escaped.replaceAll('\r', '&#13;') : escaped
}
