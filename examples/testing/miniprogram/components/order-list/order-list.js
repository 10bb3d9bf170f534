const orders = require('../../orders')

Component({
  data: { orders: [], trouble: '' },

  lifetimes: {
    attached() {
      this.load()
    }
  },

  methods: {
    load() {
      return orders.load().then(
        (loaded) => this.setData({ orders: loaded, trouble: '' }),
        (error) => this.setData({ trouble: orders.explain(error) })
      )
    }
  }
})
