const { predecessors, thisSdk } = require('../../demo/compare/sides')
const scenarios = require('../../demo/compare/scenarios')
const run = require('../../demo/compare/run')
const language = require('../../demo/language')
const qcloud = require('wafer-client-wasm')
const { baseUrl } = require('../../config')

const ROWS = ['succeeded', 'logins', 'native', 'session']

// Runs of two pages, or of two people at one server, have different names.
const launch = Math.random().toString(36).slice(2, 10)

let ours = null
let others = []
let taps = 0
// What the last tap led to: its scenario, and a result for each side that got that far.
let last = { id: null, results: [], failure: '' }

Page({
  data: {
    t: language.words().compare,
    busy: '',
    others: [],
    chosen: 0,
    front: 0,
    headline: [],
    proof: '',
    tone: '',
    rows: [],
    sides: []
  },

  onLoad() {
    ours = thisSdk()
    others = predecessors()
  },

  onShow() {
    language.show(this, 'compare')
    this.draw()
  },

  onPullDownRefresh() {
    qcloud.request({
      login: true,
      url: `${baseUrl}/user`,
      complete: () => wx.stopPullDownRefresh()
    })
  },

  switchLanguage() {
    language.toggle()
    this.onShow()
  },

  choose({ currentTarget }) {
    if (this.data.busy) return
    this.setData({ chosen: Number(currentTarget.dataset.index) })
    if (last.id) this.compare(last.id)
    else this.draw()
  },

  bringToFront({ currentTarget }) {
    this.setData({ front: Number(currentTarget.dataset.index) })
  },

  tap({ currentTarget }) {
    if (!this.data.busy) this.compare(currentTarget.dataset.id)
  },

  // The same by both, one after the other, so that neither waits for the other's requests.
  compare(id) {
    taps += 1
    const tap = `${launch}-${taps}`
    last = { id, results: [], failure: '' }
    this.setData({ busy: id })
    this.draw()
    const play = (side) =>
      run(id, side, tap).then((result) => {
        last.results.push(result)
        this.draw()
      })
    return play(ours)
      .then(() => play(others[this.data.chosen]))
      .catch((error) => {
        last.failure = error.message
      })
      .then(() => {
        this.setData({ busy: '' })
        this.draw()
        this.reveal()
      })
  },

  // With large text the result may lie below the screen.
  reveal() {
    if (!wx.createSelectorQuery || !wx.pageScrollTo) return
    const { windowHeight } = wx.getWindowInfo ? wx.getWindowInfo() : wx.getSystemInfoSync()
    wx.createSelectorQuery()
      .select('.result__words')
      .boundingClientRect((place) => {
        if (place && place.bottom > windowHeight) wx.pageScrollTo({ selector: '.result', duration: 200 })
      })
      .exec()
  },

  // Everything that is shown comes from the results, in the language of now.
  draw() {
    const { compare: t, events, nativeCalls } = language.words()
    const names = [ours.name, others[this.data.chosen].name]
    const [now, before] = last.results
    this.setData(
      Object.assign(this.verdict(t, now, before), {
        others: others.map(({ name, version }) => ({ name, version })),
        rows: ROWS.map((id) => ({
          id,
          label: t.rows[id],
          cells: [now, before].map((result, side) => Object.assign({ side }, cellOf(id, result, t)))
        })),
        sides: [now, before].map((result, index) => ({
          name: names[index],
          title: t.timeline(names[index]),
          cost: result ? t.cost(result.native, result.duration) : '',
          calls: result ? callsOf(result) : '',
          records: result ? (result.records ? t.records(result.records) : t.noRecords) : '',
          lines: result ? linesOf(result, index ? nativeCalls : events, t) : []
        }))
      })
    )
  },

  verdict(t, now, before) {
    if (last.failure) return { headline: [last.failure], proof: '', tone: 'bad' }
    if (!last.id) return { headline: [t.waiting], proof: '', tone: '' }
    if (!before) return { headline: [t.running], proof: '', tone: '' }
    const holds = scenarios[last.id].holds(now)
    const inWords = t.headlines[last.id]
    return {
      headline: [t.says(t.ours, inWords(now)), t.says(before.name, inWords(before))],
      proof: (holds ? t.proved : t.notProved)(t.guarantees[last.id]),
      tone: holds ? 'good' : 'bad'
    }
  }
})

function cellOf(id, result, t) {
  if (!result) return { text: '–', tone: '' }
  const { succeeded, total, answer, session } = result
  if (id === 'session') return { text: session ? t.kept : t.lost, tone: '' }
  if (id !== 'succeeded') return { text: String(result[id]), tone: '' }
  const isServed = succeeded === total
  // Some taps are there to show that a single call fails.
  if (!isServed && total === 1) return { text: answer, tone: '', isCode: true }
  const text = `${succeeded} / ${total}`
  return { text, tone: isServed ? 'good' : 'bad' }
}

// As the timeline draws them.
const linesOf = ({ timeline }, words, t) =>
  timeline.lines(words).map((line) =>
    Object.assign({}, line, {
      above: line.after > 1 ? t.afterSecond : line.after ? t.afterFirst : ''
    })
  )

const callsOf = ({ calls }) =>
  Object.keys(calls)
    .map((name) => (calls[name] > 1 ? `${name} ×${calls[name]}` : name))
    .join(', ')
