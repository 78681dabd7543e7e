"""Letters to the clients of a case: contacts, mailings, sending, bounces."""
