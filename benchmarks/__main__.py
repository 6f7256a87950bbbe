"""`make bench`: runs the benchmarks on the embedded AWS and prints their ratios."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
SEEDS = {
    "up_of_100": HERE.parent / "programs" / "cluster" / "aws.yaml",
    "emulator_speed": HERE / "emulator_speed" / "aws.yaml",
    "enforced_call": HERE / "enforced_call" / "aws.yaml",
}


def main() -> int:
    """Run every benchmark; those that need an AWS, each on a fresh emulator."""
    alone = ("access_cost.py", "plan_speed.py", "policy_cost.py")
    commands = [[sys.executable, str(HERE / name)] for name in alone]
    emulator = str(Path(sys.executable).with_name("eks-pod-identity-emulator"))
    for name, seed in SEEDS.items():
        benchmark = [sys.executable, str(HERE / name / "measure.py")]
        commands.append([emulator, "exec", "--seed", str(seed), "--", *benchmark])
    return max(subprocess.run(command, check=False).returncode for command in commands)


if __name__ == "__main__":
    sys.exit(main())
