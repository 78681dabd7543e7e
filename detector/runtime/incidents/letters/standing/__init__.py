"""How the clients of a case stand with letters: which cases count, who stands in no plan, how far mailings are."""
