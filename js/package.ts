/** What the package exports: what js/index.ts declares. tests/types holds the two to each other. */
import { constants } from './constants'
import { LoginError, RequestError } from './errors'
import { assign } from './host'
import {
  buildSessionHeader,
  clearSession,
  configure,
  downloadFile,
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
import { getSession } from './session'
import { Tunnel } from './tunnel'

declare const module: { exports: unknown }

module.exports = assign(
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
