// What each name of a function means: which slot, cell, free variable or global.
//
// The live code object decides what is a slot and of which kind. Since 3.12 the variables of list, set and dict
// comprehensions are slots of the function around them, so a name may mean one thing in a comprehension and another
// outside; that much is worked out here from the syntax tree, with CPython's rules.
#pragma once

#include <Python.h>

#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "frontend/ast_reader.h"
#include "frontend/python.h"
#include "ir/function.h"

namespace aipy::frontend {

struct Variable {
    enum class Kind : uint8_t { Local, Cell, Free, Global };
    Kind kind = Kind::Global;
    uint32_t slot = 0;  // not of a Global
    bool is_cell() const { return kind == Kind::Cell || kind == Kind::Free; }
};

// A comprehension that is part of this function's code.
struct ComprehensionScope {
    struct Entry {
        PyObject* name;
        Variable variable;
        bool shared;  // the function itself uses the slot too: its content must come back
    };
    std::vector<Entry> entries;
};

class Scopes {
  public:
    Scopes(PyCodeObject* code, Node definition, PyObject* enclosing_class);

    // The slots in CPython's order.
    std::vector<ir::Slot> slots() const;

    // The name with the class's name in it, where Python does that; interned, borrowed.
    PyObject* mangle(PyObject* name);

    // `name` is mangled already. Looks through the comprehensions entered, innermost first.
    Variable resolve(PyObject* name) const;
    // As seen by the function itself: the target of `:=`.
    Variable resolve_in_function(PyObject* name) const;

    ComprehensionScope make_comprehension(Node comprehension);
    void enter(const ComprehensionScope* scope) { entered_.push_back(scope); }
    void leave() { entered_.pop_back(); }

    // Whether the function unbinds this slot somewhere (`del`, the name of an `except`): then a binding on the way
    // here proves nothing.
    bool is_unbound_somewhere(uint32_t slot) const { return unbound_.contains(slot); }
    bool is_cell_slot(uint32_t slot) const;

    // The code object of a function node inside this function; borrowed, null when there is none (code that can
    // never run has none).
    PyCodeObject* code_of(Node function) const;
    // The only code object inside this function with that name and first line; borrowed, null when there is no such
    // one.
    PyCodeObject* code_named(PyObject* name, int line) const;

  private:
    void read_slots();
    void collect(Node node);
    void collect_definition(Node function);
    void collect_names(Node node, std::unordered_set<PyObject*>& into);
    void bind(PyObject* name) { bound_.insert(mangle(name)); }
    bool captures(Node node, PyObject* name);
    bool comprehension_captures(Node comprehension, PyObject* name);
    std::unordered_set<PyObject*> targets_of(Node comprehension);

    PyCodeObject* code_;
    PyObject* enclosing_class_;
    std::unordered_map<PyObject*, uint32_t> local_slots_;
    std::unordered_map<PyObject*, uint32_t> free_slots_;
    std::unordered_set<PyObject*> bound_;
    std::unordered_set<PyObject*> globals_;
    std::unordered_set<PyObject*> deleted_;
    std::unordered_set<uint32_t> unbound_;
    std::unordered_map<PyObject*, Ref> mangled_;  // by unmangled name, which names_ keeps alive
    std::vector<Ref> names_;
    std::vector<const ComprehensionScope*> entered_;
    std::vector<PyCodeObject*> nested_codes_;
};

bool is_comprehension(NodeKind kind);
// Whether comprehensions of this kind are part of the code around them, and not a function of their own.
bool is_inlined_comprehension(NodeKind kind);

}  // namespace aipy::frontend
