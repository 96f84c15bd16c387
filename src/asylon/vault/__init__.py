"""Keys, sealing, the trail and backups: what keeps a vault shut. No Django, no clock."""
