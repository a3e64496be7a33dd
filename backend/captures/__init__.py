"""Lane images and drivers' photos in, readings out; the queue of the recognition workers."""
