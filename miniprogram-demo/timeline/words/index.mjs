import chineseDemo from '../../demo/words/zh.js'
import englishDemo from '../../demo/words/en.js'
import { chinese } from './zh.mjs'
import { english } from './en.mjs'

/** The words of both languages; what the SDK's events are called they share with the mini-program. */
export const WORDS = {
  zh: { ...chinese, events: { ...chineseDemo.events, ...chinese.events } },
  en: { ...english, events: { ...englishDemo.events, ...english.events } }
}

/** Chinese where the terminal's locale is, else English. */
export function wordsOf({ LC_ALL, LC_MESSAGES, LANG }) {
  return (LC_ALL || LC_MESSAGES || LANG || '').startsWith('zh') ? WORDS.zh : WORDS.en
}
