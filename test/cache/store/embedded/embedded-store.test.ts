import { openEmbeddedStore } from '../../../../src/cache/store/embedded/embedded-store.js'
import { systemClock } from '../../../../src/telemetry/system-clock.js'
import { conform } from '../conform.js'
import { storeFolder } from './store-folder.js'

conform('embedded', () =>
  openEmbeddedStore({
    dataDir: storeFolder(),
    clock: systemClock,
    warn: (message) => {
      throw new Error(message)
    },
  }),
)
