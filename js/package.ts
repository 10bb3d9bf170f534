/** What the package exports: what js/index.ts declares. tests/types holds the two to each other. */
import { constants } from './app/constants'
import { LoginError, RequestError } from './app/errors'
import { assign } from './host/wx'
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
import { getSession } from './app/session'
import { Tunnel } from './steps/tunnel'

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
