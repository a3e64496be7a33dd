"""The lanes' process: devices, barrier, journal, decision; it speaks the schema and serves the pages."""
