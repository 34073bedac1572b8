"""The harness finds compilers' mistakes: three are planted, each must show as a difference.

The option `plant_fault` exists in test builds only (`AIPY_TEST_BUILD` in CMake).
"""

from __future__ import annotations

import pytest
import ways
from aipy import _core

# Where each fault should show: a guard left out, a reference not given up, an error not seen.
PROGRAMS = {
    "guard": ("type_changes", "lists"),
    "ownership": ("destructors", "closures"),
    "error_edge": ("exceptions", "tracebacks"),
}


@pytest.mark.parametrize("fault", PROGRAMS)
def test_planted_fault_is_found(fault: str) -> None:
    options = {row["name"] for row in _core.options()}
    assert "plant_fault" in options, "this build has no planted faults: build with AIPY_TEST_BUILD"
    for name in PROGRAMS[fault]:
        program = ways.HERE / "programs" / f"{name}.py"
        assert not ways.check(program, "compiled"), f"{name} differs without a fault"
        if ways.check(program, "compiled", fault):
            return
    pytest.fail(f"no program shows the fault {fault}")
