"""What a log becomes: lines, how they are cut, the columns of an event, facts beside them, touches of clients."""
