"""What stands at a lane."""
