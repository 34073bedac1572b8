// Rewrites a promoted function into its specialised form, by the facts of inference.
//
// Each promoted value is *held* in one of these ways: an object; unboxed (with a bit "present" where it may be
// absent); a constant, made where it is used; the parts of a range or range iterator; the parts of a tuple. Uses ask
// for the form they need: an object (boxed at most once on every way), or a number in a representation. Where types
// are known an op becomes typed ops, which leave before any effect; otherwise it stays the generic op.
// Frame states are carried over value by value, so that an exit finds every local and temporary.
#pragma once

#include "opt/infer.h"
#include "opt/native_calls.h"
#include "opt/promote.h"
#include "opt/request.h"

namespace aipy::opt {

// Fills `result.function`, `result.assumptions` and `result.notes`.
void rewrite(const Promoted& promoted, const Inference& inference, const NativeCallees& callees,
             const CompileRequest& request, CompileResult& result);

}  // namespace aipy::opt
