"""How the starter model is made: scenes, renders, and the networks trained on them."""
