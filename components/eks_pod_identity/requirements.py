"""What components ask of their arguments, beyond their types; Outputs are judged by AWS later."""
