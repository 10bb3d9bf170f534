import { useEffect, useState } from 'react'
import { View } from '@tarojs/components'
import { onEvent } from 'wafer-client-wasm'

export default () => {
  const [events, setEvents] = useState([])
  useEffect(() => onEvent((event) => setEvents((earlier) => [...earlier.slice(-99), event])), [])
  return (
    <View>
      <timeline events={events} />
    </View>
  )
}
