/** What the package exports: what js/index.ts declares. tests/types holds the two to each other. */
import { constants } from './constants'
import { LoginError, RequestError } from './errors'
import { assign } from './host'
import {
  buildSessionHeader,
  clearSession,
  configure,
  downloadFile,
  getSession,
  getUserInfo,
  getUserProfile,
  login,
  onEvent,
  onSessionChange,
  ready,
  request,
  setLoginUrl,
  uploadFile
} from './index'
import { Tunnel } from './tunnel'

export default assign(
  {
    LoginError,
    RequestError,
    Tunnel,
    buildSessionHeader,
    clearSession,
    configure,
    constants,
    downloadFile,
    getSession,
    getUserInfo,
    getUserProfile,
    login,
    onEvent,
    onSessionChange,
    ready,
    request,
    setLoginUrl,
    uploadFile
  },
  constants
)
