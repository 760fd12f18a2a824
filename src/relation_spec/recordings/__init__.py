"""Files of recorded HTTP traffic: which messages they hold, where these stand, and what is damaged."""
