"""What may be read at the desk; all of it starts from what the person signed in may see."""
