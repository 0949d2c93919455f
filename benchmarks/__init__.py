"""What scripts and checkpoints cost, each measured beside what a user would write or use instead."""
