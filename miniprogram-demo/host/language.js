// Runs before the first paint: the page says things in both languages, and the style sheet shows one.
import { CHOICE, words } from './frame/words.js'
import { read } from './wx/storage.js'

document.documentElement.lang = words(read(CHOICE)).lang
