"""The emulator's front: AWS's protocols over plain HTTP, routing, call log and faults on demand."""
