"""The commands a person types; what they do is in `house`."""
