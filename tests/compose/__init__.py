"""docker-compose.yml, read and run."""
