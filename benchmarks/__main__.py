"""`make bench`: runs the benchmarks on the embedded AWS and prints their ratios."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
SEED = HERE.parent / "programs" / "cluster" / "aws.yaml"


def main() -> int:
    """Run every benchmark; those that need the engine, on a fresh emulator."""
    alone = ("plan_speed.py", "policy_cost.py")
    runs = [subprocess.run([sys.executable, str(HERE / name)], check=False) for name in alone]
    emulator = Path(sys.executable).with_name("eks-pod-identity-emulator")
    benchmark = [sys.executable, str(HERE / "up_of_100" / "measure.py")]
    command = [str(emulator), "exec", "--seed", str(SEED), "--", *benchmark]
    return subprocess.run(command, check=False).returncode or any(run.returncode for run in runs)


if __name__ == "__main__":
    sys.exit(main())
