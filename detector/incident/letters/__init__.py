"""Letters to clients: who gets which, what each says, whether people can read it. Pure."""
