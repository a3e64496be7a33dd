"""The simulated port: a lane's devices on their real protocols, drawn vehicles, and the people who send them."""
