"""The library of saved pictures: index, search, marks and lineage; knows no Qt and no torch."""
