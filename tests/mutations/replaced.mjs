/**
 * `source` with `put` where `find` stands. Throws unless that is in one place: a rule that no longer applies breaks
 * nothing.
 */
export function replaced(file, source, find, put) {
  const [before, after, ...more] = source.split(find)
  if (after === undefined || more.length > 0) throw new Error(`${file} must contain once: ${find}`)
  return before + put + after
}
