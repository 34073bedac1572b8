#include "harness.hpp"
using bench::Int;

enum class Name { Push, Add, Multiply, Counter, Store };

struct Instruction {
    Name name;
    Int operand;
};

class Machine {
  public:
    explicit Machine(std::vector<Instruction> program) : program_(std::move(program)) {}

    Int run(Int rounds) {
        for (; counter_ < rounds; ++counter_)
            for (const Instruction& instruction : program_) step(instruction);
        return total_;
    }

  private:
    void push(Int value) { stack_.push_back(value); }

    Int pop() {
        const Int value = stack_.back();
        stack_.pop_back();
        return value;
    }

    void step(const Instruction& instruction) {
        switch (instruction.name) {
            case Name::Push: push(instruction.operand); break;
            case Name::Add: push((pop() + pop()) % 1000003); break;
            case Name::Multiply: push(pop() * pop() % 1000003); break;
            case Name::Counter: push(counter_ + instruction.operand); break;
            case Name::Store: total_ = (total_ + pop()) % 1000000007; break;
        }
    }

    std::vector<Instruction> program_;
    std::vector<Int> stack_;
    Int counter_ = 0;
    Int total_ = 0;
};

static Int run(Int rounds) {
    return Machine({{Name::Push, 17},
                    {Name::Counter, 3},
                    {Name::Multiply, 0},
                    {Name::Counter, 0},
                    {Name::Push, 5},
                    {Name::Add, 0},
                    {Name::Add, 0},
                    {Name::Store, 0}})
        .run(rounds);
}

BENCH_MAIN(run)
