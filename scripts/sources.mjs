/** What of the repository is source, and a copy of that: for tests that build or break it elsewhere. */
import { cpSync } from 'node:fs'
import { basename } from 'node:path'
import { repository } from './project.mjs'

/** Whether an entry of a folder is made, or belongs to somebody else. */
export const isMade = (name) => /^(\..*|node_modules|miniprogram_npm|artifacts|build|pkg|target)$/.test(name)

/** Copies all sources, since Cargo wants to see every member of the workspace and every target. */
export const copySources = (folder) =>
  cpSync(repository, folder, {
    recursive: true,
    filter: (path) => path === repository || !isMade(basename(path))
  })
