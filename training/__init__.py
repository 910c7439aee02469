"""Makes the starter model: scenes, renders, and the networks trained on them."""
