export default definePageConfig({
  navigationBarTitleText: '首页',
  usingComponents: { timeline: '../../components/timeline/index' }
})
