const language = require('../../demo/language')
const flows = require('./flows')

Page({
  data: { t: language.words().code, flows: [] },

  onShow() {
    const { code } = language.words()
    language.show(this, 'code')
    this.setData({
      flows: flows(code.literals).map((flow) => {
        const [title, note] = code.flows[flow.id]
        return Object.assign({ title, note, copyLabel: code.copyLabel(title) }, flow)
      })
    })
  },

  copy({ currentTarget }) {
    wx.setClipboardData({ data: this.data.flows[currentTarget.dataset.index].js })
  }
})
