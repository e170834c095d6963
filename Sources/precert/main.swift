import Glibc
import PrecertCLI

exit(await PrecertProgram.run())
