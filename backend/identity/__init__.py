"""People, organisations, devices and their sign-ins."""
