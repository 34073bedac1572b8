// When functions are sampled, compiled, compiled anew, and given back to CPython.
//
// In mode auto a function without loops runs under CPython for its first calls, then a few calls in aipy's
// interpreter, which records types, then it is compiled in the background while CPython goes on running it. A
// function with loops starts in the interpreter, because only there a running loop can be taken over by native code;
// when its loops turn out short, it is treated as one without. Where calls take milliseconds, few are waited for. In
// mode always everything is compiled before it runs: the first call with the types of its arguments, the third with
// what the interpreter saw in the second.
#pragma once

#include <Python.h>

#include "dispatch/managed.h"

namespace aipy::dispatch {

// How one call is to be run.
enum class Route : uint8_t { CPython, Interpreter, Native };

// Decides about a call that is about to run, and moves the function between tiers.
Route route_call(Managed& managed, PyFunctionObject* function);
// No version fitted the arguments of a call: perhaps one is compiled for them. True when one fits now.
bool misfit(Managed& managed, PyObject* const* values);
// Whether calls run under CPython although the function is in tier Native: nothing is there to run, and without
// loops the interpreter could not be taken over by what is being compiled.
bool waits_under_cpython(const Managed& managed);
// An interpreted call is over, after so many ticks of the time stamp; `result` may be null.
void interpreted(Managed& managed, PyObject* result, uint64_t ticks);
// A call of a function whose calls are counted is over.
void counted(Managed& managed, uint64_t ticks);
// A guard of the version failed before the generic instruction, or (no_id) what it guessed is known better now.
void guard_failed(Version& version, ir::InstrId position, bool never_ran);
// The same inside a generator whose body is part of a loop.
void generator_left(Version& version, Managed& generator, ir::InstrId position, bool never_ran);
// The version's assumptions no longer hold: it is dropped, and asked for anew when it was in use.
void drop_invalid(Version& version);
// The function was called as native code often enough to compare that with CPython, once its code is worth it.
void consider_measurement(Managed& managed);
// Notes the time of a call while measuring, and at the end keeps the faster way.
void measured(Managed& managed, bool native, uint64_t ticks);
// Gives the function to CPython for good.
void give_up(Managed& managed, std::string name, std::string text, int line);

// The interpreter's hook at loop headers (interp::Hooks::on_loop).
bool on_loop(interp::Unit& unit, ir::BlockId header, interp::Activation& activation) noexcept;

// Its hook where a generator goes on (interp::Hooks::on_resume); `native` is a Version.
bool on_resume(void* native, interp::Activation& activation) noexcept;

}  // namespace aipy::dispatch
