/**
 * Saves 228 bytes of core.wasm.br (10,834 → 10,606): several pipelines of wasm-opt, of which the best is taken.
 */
/**
 * Which passes pay depends on the code, so all of these are tried; the smallest after brotli is kept. The last three
 * were found by trying a thousand at random.
 */
export const PIPELINES = [
  '-Oz',
  '-Oz --generate-global-effects -Oz --directize -Oz',
  '--gufa-optimizing -Oz --generate-global-effects -Oz',
  '-Oz -ocimfs=1 -Oz',
  '-Os -Oz',
  '--gufa-optimizing --untee --coalesce-locals --generate-global-effects -Oz',
  '--rse --gufa-optimizing --untee -aimfs=10 --reorder-locals --directize --local-cse -Oz',
  '--gufa-optimizing -O4 -aimfs=10 --code-folding -fimfs=0 --untee --rse --pick-load-signs --inlining-optimizing ' +
    '--pick-load-signs --simplify-locals-nostructure --directize --dae-optimizing --merge-similar-functions ' +
    '--code-pushing --avoid-reinterprets --remove-unused-brs --remove-unused-brs -Oz --directize'
]
