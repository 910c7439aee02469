"""Attacks the program for a while, and counts what it lost, crashed on or got wrong."""
