import { start } from './session'

start(wx)

export default ({ children }) => children
