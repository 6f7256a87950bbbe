"""`make demo`: programs/cluster and programs/session-tags on the embedded AWS, act by act.

Each part has an emulator of its own, with what its program's aws.yaml describes.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PARTS = (("story.py", "cluster"), ("pods.py", "session-tags"))


def main() -> int:
    """Play all parts; return 0 if each ended as it should."""
    return max(_play(script, program) for script, program in PARTS)


def _play(script: str, program: str) -> int:
    """Play one part on a fresh emulator and return its exit code."""
    emulator = Path(sys.executable).with_name("eks-pod-identity-emulator")
    seed = HERE.parents[1] / "programs" / program / "aws.yaml"
    story = [sys.executable, str(HERE / script)]
    return subprocess.run(
        [str(emulator), "exec", "--seed", str(seed), "--", *story], check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
