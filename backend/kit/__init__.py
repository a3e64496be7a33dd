"""What every domain stands on; holds no word of the checkpoint itself."""
