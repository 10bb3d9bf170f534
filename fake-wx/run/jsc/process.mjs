/** The two things that npm's assert asks of a process. */
export const process = { env: {}, emitWarning() {} }
