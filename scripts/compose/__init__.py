"""How docker-compose.yml runs Clearlane: its images, and what is done once before the parts start."""
