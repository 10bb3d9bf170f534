import { View } from '@tarojs/components'

export default () => <View>会话</View>
