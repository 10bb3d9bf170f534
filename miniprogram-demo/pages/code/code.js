const flows = require('./flows')

Page({
  data: { flows },

  copy({ currentTarget }) {
    wx.setClipboardData({ data: flows[currentTarget.dataset.index].js })
  }
})
