"""Arithmetic typed into a number field, such as `512*1.5`. Never evaluates code."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from typing import Any

_LONGEST = 200
_MOST_BITS = 128

_BINARY: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.FloorDiv: lambda a, b: a // b,
    ast.Mod: lambda a, b: a % b,
}
_UNARY: Mapping[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.UAdd: lambda a: +a,
    ast.USub: lambda a: -a,
}
_NAMES: Mapping[str, float] = {"pi": math.pi, "tau": math.tau, "e": math.e}


def evaluate(text: str) -> int | float:
    """The number that an arithmetic expression stands for.

    It may have numbers, `+ - * / // % **`, parentheses, and the names pi, tau and e.

    Raises:
        ValueError: it is not such an expression, divides by zero, or is not finite.
    """
    if len(text) > _LONGEST:
        raise ValueError("this is too long for a number")
    try:
        number = _value(ast.parse(text.strip(), mode="eval").body, text)
    except SyntaxError:
        raise ValueError(f"{text.strip()!r} is not a number") from None
    except ZeroDivisionError:
        raise ValueError(f"{text.strip()!r} divides by zero") from None
    except OverflowError:
        raise ValueError(f"{text.strip()!r} is too large") from None
    if isinstance(number, float) and not math.isfinite(number):
        raise ValueError(f"{text.strip()!r} is not finite")
    return number


def _value(tree: ast.expr, text: str) -> int | float:
    match tree:
        case ast.Constant(value=value) if type(value) in (int, float):
            return value  # pyright: ignore[reportReturnType]
        case ast.Name(id=name) if name in _NAMES:
            return _NAMES[name]
        case ast.UnaryOp(op=op, operand=operand) if type(op) in _UNARY:
            return _UNARY[type(op)](_value(operand, text))
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return _power(_value(left, text), _value(right, text))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return _BINARY[type(op)](_value(left, text), _value(right, text))
        case _:
            raise ValueError(f"{text.strip()!r} is not a number")


def _power(base: int | float, exponent: int | float) -> int | float:
    """Python's `**` on whole numbers would compute digits for hours; here it stays small."""
    if isinstance(base, int) and isinstance(exponent, int) and exponent >= 0:
        if base.bit_length() * exponent > _MOST_BITS:
            raise OverflowError
        return base**exponent
    power = float(base) ** float(exponent)
    if isinstance(power, complex):
        raise ValueError("the root of a negative number is not a real number")
    return power
