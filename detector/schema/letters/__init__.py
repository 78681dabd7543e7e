"""Letters to clients: mailings, recipients, where each letter stands; questions of clients."""
