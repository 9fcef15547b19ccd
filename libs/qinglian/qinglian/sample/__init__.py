"""A county that does not exist: its organizations, three years of their life, and stories that must be found."""
