/** Whether a suite or file is one of those that ONLY asks for; without a word, every one is. */
export function wanted(words, name) {
  const lower = name.toLowerCase()
  return !words.length || words.some((word) => lower.includes(word.toLowerCase()))
}
