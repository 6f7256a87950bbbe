"""Times `pulumi up` of both programs in turns and prints the ratio of their best times.

In turns, because a machine that is busy for a while then slows both; the best of each, because
noise only ever adds.
"""

import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
ROUNDS = 3
BOUND = 1.15


def main() -> int:
    """Measure, print one line, and return 1 if ours takes longer than the bound allows."""
    seconds: dict[str, list[float]] = {"plain": [], "ours": []}
    for program in seconds:
        _pulumi(program, "stack", "init", "bench")
    for _ in range(ROUNDS):
        for program, taken in seconds.items():
            taken.append(_time_up(program))
            _pulumi(program, "destroy", "--yes", "--skip-preview")
    best = {program: min(taken) for program, taken in seconds.items()}
    ratio = best["ours"] / best["plain"]
    print(
        f"up of 100 associations: ours {best['ours']:.1f} s, plain {best['plain']:.1f} s, "
        f"ratio {ratio:.2f} (bound {BOUND})"
    )
    return 0 if ratio <= BOUND else 1


def _time_up(program: str) -> float:
    started = time.perf_counter()
    _pulumi(program, "up", "--yes", "--skip-preview")
    return time.perf_counter() - started


def _pulumi(program: str, *arguments: str) -> None:
    command = ["pulumi", *arguments, "--non-interactive"]
    done = subprocess.run(command, cwd=HERE / program, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} in {program} failed:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    sys.exit(main())
