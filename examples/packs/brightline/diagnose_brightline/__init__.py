"""The fault codes of the SIP provider Brightline, as a pack of rules for diagnose: YAML files only."""
