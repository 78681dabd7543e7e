"""Which client data a request touched: routes compiled, paths normalised, ids laid out."""
