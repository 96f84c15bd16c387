"""What may happen at the desk. A change and its row in the trail share a transaction."""
