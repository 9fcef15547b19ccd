"""How good the findings are: sets that others have labelled, run through the rules and counted."""
