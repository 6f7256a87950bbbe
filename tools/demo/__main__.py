"""`make demo`: programs/cluster on the embedded AWS, act by act.

Starts the emulator with the cluster that programs/cluster/aws.yaml describes and plays the story
inside; the exit code is the story's.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
SEED = HERE.parents[1] / "programs" / "cluster" / "aws.yaml"


def main() -> int:
    """Play the story on a fresh emulator and return its exit code."""
    emulator = Path(sys.executable).with_name("eks-pod-identity-emulator")
    story = [sys.executable, str(HERE / "story.py")]
    return subprocess.run(
        [str(emulator), "exec", "--seed", str(SEED), "--", *story], check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
