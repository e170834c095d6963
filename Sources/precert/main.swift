import Dispatch
import Glibc
import PrecertCLI

// Not an asynchronous main: its event loop opens descriptors before the first line of ours runs, and would be given
// those that the caller closed.
PrecertProgram.occupyStandardDescriptors()
Task { exit(await PrecertProgram.run()) }
dispatchMain()
