/**
 * The files of the peers and of the stage, which are text in the script of the run and are evaluated anew for each
 * peer.
 */
const { stage, peers } = globalThis.FILES

function fileOf(name) {
  const file = peers[name]
  return file && { source: file.source, wasm: file.wasm && new Uint8Array(file.wasm) }
}

const evaluateStage = () => new Function(`${stage}\nreturn stage`)()

export const openStage = (name, workload, options) =>
  evaluateStage().openSteady(fileOf(name), name, workload, options)

/** A function that runs a burst under a seed. The app starts anew each time; the code stays warm. */
export function burstRunner(name, burst) {
  const stage = evaluateStage()
  return (seed) => stage.runBurst(fileOf(name), name, burst, seed)
}
