"""What is kept, by what stages ask for: incidents, messages, texts under a name, reads remembered."""
