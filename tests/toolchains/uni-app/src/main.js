import { createSSRApp } from 'vue'
import App from './App.vue'
import { start } from './session'

start(wx)

export function createApp() {
  return { app: createSSRApp(App) }
}
