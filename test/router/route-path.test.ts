import { describe, expect, test } from 'bun:test'
import { RouteError, routePath } from '../../src/router/route-path.ts'

describe('the URL of a file', () => {
  test.each([
    ['index', '/'],
    ['about', '/about'],
    ['blog/index', '/blog'],
    ['blog/index/index', '/blog/index'],
    ['chat/[room]', '/chat/:room'],
    ['[user]/[post_id]', '/:user/:post_id'],
    ['docs/[...rest]', '/docs/*'],
    ['[...all]', '/*'],
    ['(shop)/index', '/'],
    ['(shop)/cart/index', '/cart'],
    ['a/(b)/(c)/d', '/a/d'],
    ['sitemap.xml', '/sitemap.xml'],
    ['~ada/v1.2_x-y', '/~ada/v1.2_x-y'],
  ])('%s is %s', (path, pattern) => {
    expect(routePath(path)?.pattern).toBe(pattern)
  })

  test.each(['_layout', '-draft', '_lib/index', 'blog/_parts/card', 'blog/-old/post'])(
    '%s is no route',
    (path) => {
      expect(routePath(path)).toBeUndefined()
    },
  )

  test('names its params in order', () => {
    expect(routePath('[team]/x/[...path]')).toEqual({
      pattern: '/:team/x/*',
      params: ['team', 'path'],
      shape: '/:/x/*',
    })
  })
})

describe('a path that cannot be routed', () => {
  test.each([
    ['a b', 'a b cannot be a URL.'],
    ['[a', '[a cannot be a URL.'],
    ['x/[a-b]', 'x/[a-b] cannot be a URL.'],
    ['pre[a]', 'pre[a] cannot be a URL.'],
    ['ä', 'ä cannot be a URL.'],
    ['[a]/[a]', '[a]/[a] has the param [a] twice.'],
    ['[...a]/b', '[...a]/b has a segment after [...a], which takes all the rest.'],
  ])('%s is refused', (path, message) => {
    expect(() => routePath(path)).toThrow(RouteError)
    expect(() => routePath(path)).toThrow(message)
  })
})
