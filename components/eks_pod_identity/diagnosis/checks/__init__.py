"""What can keep pods from their credentials: one module for each subject."""
