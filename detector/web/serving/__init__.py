"""The socket, its connections, and what every request passes before a page sees it."""
