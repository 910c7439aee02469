"""Evaluates graphs lazily. Knows no Qt; meets torch only through nodes."""
