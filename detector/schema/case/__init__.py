"""An incident and what hangs on it: facts, scope, duties, documents, severity, agenda, evidence and the chain."""
