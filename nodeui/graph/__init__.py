"""The graph as plain data. Knows neither Qt nor any numerical library."""
