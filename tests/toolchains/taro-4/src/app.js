import Taro from '@tarojs/taro'
import { start } from './session'

// Taro is the host on every platform; WeChat's is found without being named.
start(Taro, process.env.TARO_ENV === 'weapp' ? {} : { host: Taro })

export default ({ children }) => children
