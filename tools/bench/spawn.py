"""Start one command and print its wall time in seconds, its peak memory in bytes and its exit status, as JSON.

A file of its own that imports little, because on Linux the peak memory of a child is never less than its parent's.
"""

import os
import sys
from time import perf_counter

output = [
    (os.POSIX_SPAWN_OPEN, number, name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    for number, name in ((1, "out"), (2, "err"))
]
begin = perf_counter()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=output)
_, status, usage = os.wait4(child, 0)
seconds = perf_counter() - begin
peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(f"[{seconds}, {peak}, {os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 255}]")
