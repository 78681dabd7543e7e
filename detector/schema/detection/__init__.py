"""What detection says, and what people make of it: findings, alerts, silences, exceptions, models, watched hours."""
