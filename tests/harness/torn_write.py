"""An engine that is killed in the middle of a write, by the kernel and not by luck.

with killed_at_write(run.process.pid, file):
    relay.release()         # the engine goes on, and comes to write the file
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# To trace a process that is not one's own child takes root where Yama restricts it.
CAN_TRACE = shutil.which("strace") is not None and os.geteuid() == 0


@contextmanager
def killed_at_write(process: int, file: Path) -> Iterator[None]:
    """Kill a process when it has opened a file and is about to write to it.

    At its end, the context waits for that.

    Args:
        process: The process, which may have many threads.
        file: The file; it has to be there.
    """
    kill = ["--trace=write", f"--trace-path={file}", "--inject=write:signal=KILL"]
    with subprocess.Popen(
        ["strace", "--follow-forks", *kill, "--attach", str(process)],
        stderr=subprocess.PIPE,
        text=True,
    ) as tracer:
        assert tracer.stderr
        for line in tracer.stderr:
            if "attached" in line:
                break
        yield
        tracer.communicate(timeout=60)
