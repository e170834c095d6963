import PrecertCLI

import Glibc

exit(await PrecertProgram.run())
