"""Checkpoints with their lanes and bays, and each lane's policy."""
