"""May this be asked? Policies are read strictly, compiled through Casbin once, and looked up ever after."""
