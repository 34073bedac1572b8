#include "interp/positions.h"

#include <cstdint>

namespace aipy::interp {

namespace {

// One entry of the table covers some code units and gives them one position.
class TableReader {
  public:
    TableReader(const uint8_t* data, const uint8_t* end, int first_line) : at_(data), end_(end), line_(first_line) {}

    bool at_end() const { return at_ >= end_; }

    // Reads an entry; returns how many code units it covers. `span.line` is 0 when there is no position.
    int read(ir::SourceSpan& span) {
        uint8_t head = *at_++;
        int kind = (head >> 3) & 15, units = (head & 7) + 1;
        span = {};
        if (kind == 15) return units;
        if (kind == 14) return read_long(span), units;
        if (kind == 13) {
            line_ += read_signed();
            span = {line_, line_, -1, -1};
        } else if (kind >= 10) {
            line_ += kind - 10;
            int column = *at_++, end_column = *at_++;
            span = {line_, line_, column, end_column};
        } else {
            uint8_t second = *at_++;
            int column = (kind << 3) | (second >> 4);
            span = {line_, line_, column, column + (second & 15)};
        }
        return units;
    }

  private:
    void read_long(ir::SourceSpan& span) {
        line_ += read_signed();
        int end_line = line_ + static_cast<int>(read_unsigned());
        int column = static_cast<int>(read_unsigned()) - 1;
        int end_column = static_cast<int>(read_unsigned()) - 1;
        span = {line_, end_line, column, end_column};
    }

    uint32_t read_unsigned() {
        uint32_t value = 0;
        int shift = 0;
        uint8_t byte = 0;
        do {
            byte = *at_++;
            value |= static_cast<uint32_t>(byte & 63) << shift;
            shift += 6;
        } while (byte & 64);
        return value;
    }

    int read_signed() {
        uint32_t value = read_unsigned();
        int magnitude = static_cast<int>(value >> 1);
        return value & 1 ? -magnitude : magnitude;
    }

    const uint8_t* at_;
    const uint8_t* end_;
    int line_;
};

}  // namespace

Positions::Positions(PyCodeObject* code) {
    auto* data = reinterpret_cast<const uint8_t*>(PyBytes_AS_STRING(code->co_linetable));
    TableReader reader(data, data + PyBytes_GET_SIZE(code->co_linetable), code->co_firstlineno);
    first_ = code->_co_firsttraceable;
    for (int unit = 0; !reader.at_end();) {
        ir::SourceSpan span;
        int units = reader.read(span);
        if (span.line > 0 && unit >= first_) {
            exact_.try_emplace({span.line, span.end_line, span.column, span.end_column}, unit);
            by_line_.try_emplace(span.line, unit);
        }
        unit += units;
    }
}

int Positions::unit_of(const ir::SourceSpan& span) const {
    auto exact = exact_.find({span.line, span.end_line, span.column, span.end_column});
    if (exact != exact_.end()) return exact->second;
    auto line = by_line_.find(span.line);
    return line != by_line_.end() ? line->second : first_;
}

}  // namespace aipy::interp
