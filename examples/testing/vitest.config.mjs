export default {
  test: {
    include: ['tests/*.vitest.test.mjs'],
    // Otherwise Vitest leaves packages to Node, which loads them once: each test is to begin with a fresh one.
    server: { deps: { inline: ['wafer-client-wasm'] } }
  }
}
