"""The people around the port: carriers, drivers with their phones, agencies, bay officers. They use the schema only."""
