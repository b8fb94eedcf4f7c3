/** Makes `import('ioredis')` fail as it does where the package is not installed. */
Bun.plugin({
  name: 'without ioredis',
  setup(build) {
    build.module('ioredis', () => {
      throw new Error("Cannot find package 'ioredis'")
    })
  },
})
