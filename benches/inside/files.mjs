/** The peers' files and the stage, as text in the script of the run, evaluated anew for each peer. */
const { stage, peers } = globalThis.FILES

function fileOf(name) {
  const file = peers[name]
  return file && { source: file.source, wasm: file.wasm && new Uint8Array(file.wasm) }
}

const evaluateStage = () => new Function(`${stage}\nreturn stage`)()

export const openStage = (name, workload) => evaluateStage().openSteady(fileOf(name), name, workload)

export const runBurst = (name, burst, seed) => evaluateStage().runBurst(fileOf(name), name, burst, seed)
