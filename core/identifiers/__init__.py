"""Numbers painted on vehicles and their loads: plates, containers and seals, in one canonical form."""
