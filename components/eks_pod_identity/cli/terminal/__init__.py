"""What all commands share: options, problems, progress, tables, the exit codes."""
