/** The peers' files and the stage, as text in the script of the run, evaluated anew for each peer. */
const { stage, peers } = globalThis.FILES

function fileOf(name) {
  const file = peers[name]
  return file && { source: file.source, wasm: file.wasm && new Uint8Array(file.wasm) }
}

const evaluateStage = () => new Function(`${stage}\nreturn stage`)()

export const openStage = (name, workload, options) =>
  evaluateStage().openSteady(fileOf(name), name, workload, options)

/** A function that runs a burst under a seed. The code stays warm from one to the next; the app starts anew. */
export function burstRunner(name, burst) {
  const stage = evaluateStage()
  return (seed) => stage.runBurst(fileOf(name), name, burst, seed)
}
