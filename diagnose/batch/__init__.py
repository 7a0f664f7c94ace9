"""Many incidents: measured against known causes."""
