"""Running a command with an emulator of its own: processes, environment, terminal and clean-up."""
