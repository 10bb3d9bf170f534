import { defineConfig } from 'vite'
import uni from '@dcloudio/vite-plugin-uni'
import wafer from 'wafer-client-wasm/vite'

export default defineConfig({
  plugins: [uni(), wafer()]
})
