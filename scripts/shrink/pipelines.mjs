/**
 * Saves 229 bytes of core.wasm.br beside `-Oz` alone: several pipelines of wasm-opt. Which one suits depends on the code,
 * so all are tried and the smallest module after brotli is kept. They were found by trying a thousand at random.
 */
export const PIPELINES = [
  '-Oz',
  '--gufa-optimizing -Os --dce -Oz',
  '--rse --gufa-optimizing --untee -aimfs=10 --reorder-locals --directize --local-cse -Oz',
  '--gufa-optimizing -O4 -aimfs=10 --code-folding -fimfs=0 --untee --rse --pick-load-signs --inlining-optimizing ' +
    '--pick-load-signs --simplify-locals-nostructure --directize --dae-optimizing --merge-similar-functions ' +
    '--code-pushing --avoid-reinterprets --remove-unused-brs --remove-unused-brs -Oz --directize'
]
