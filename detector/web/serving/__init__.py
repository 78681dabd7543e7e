"""The socket, its connections, and the checks that every request passes before a page sees it."""
