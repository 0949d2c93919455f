"""What editors and terminals need to show scripts."""
