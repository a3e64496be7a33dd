"""Set-up, start and checks of the whole house; standard library only until the environment exists."""
