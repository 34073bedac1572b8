"""The loops over elements that ufuncs run; each ufunc gets copies with a `function` of its own.

Contract: nothing but these functions, by the number of inputs. `function` is a
global of the copy (`aipy.ufuncs`). Those that are named `whole_` raise `TypeError`
where the result is no whole number.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    def function(*arguments: Any) -> Any: ...


def elements_1(a, out):  # type: ignore[no-untyped-def]
    for i in range(len(out)):
        out[i] = function(a[i])


def elements_2(a, b, out):  # type: ignore[no-untyped-def]
    for i in range(len(out)):
        out[i] = function(a[i], b[i])


def elements_3(a, b, c, out):  # type: ignore[no-untyped-def]
    for i in range(len(out)):
        out[i] = function(a[i], b[i], c[i])


def elements_4(a, b, c, d, out):  # type: ignore[no-untyped-def]
    for i in range(len(out)):
        out[i] = function(a[i], b[i], c[i], d[i])


def elements_5(a, b, c, d, e, out):  # type: ignore[no-untyped-def]
    for i in range(len(out)):
        out[i] = function(a[i], b[i], c[i], d[i], e[i])


def elements_6(a, b, c, d, e, f, out):  # type: ignore[no-untyped-def]
    for i in range(len(out)):
        out[i] = function(a[i], b[i], c[i], d[i], e[i], f[i])


def elements_7(a, b, c, d, e, f, g, out):  # type: ignore[no-untyped-def]
    for i in range(len(out)):
        out[i] = function(a[i], b[i], c[i], d[i], e[i], f[i], g[i])


def elements_8(a, b, c, d, e, f, g, h, out):  # type: ignore[no-untyped-def]
    for i in range(len(out)):
        out[i] = function(a[i], b[i], c[i], d[i], e[i], f[i], g[i], h[i])


def whole_1(a, out):  # type: ignore[no-untyped-def]
    for i in range(len(out)):
        out[i] = function(a[i]) | 0


def whole_2(a, b, out):  # type: ignore[no-untyped-def]
    for i in range(len(out)):
        out[i] = function(a[i], b[i]) | 0


def whole_3(a, b, c, out):  # type: ignore[no-untyped-def]
    for i in range(len(out)):
        out[i] = function(a[i], b[i], c[i]) | 0


def whole_4(a, b, c, d, out):  # type: ignore[no-untyped-def]
    for i in range(len(out)):
        out[i] = function(a[i], b[i], c[i], d[i]) | 0
