#include "ir/type.h"

#include <gtest/gtest.h>

#include "ir/op.h"

namespace aipy::ir {
namespace {

TEST(Type, PrintsAndParses) {
    for (Type type : {Type::any(), Type::i64(), Type::f64(), Type::bit(), Type::none(), Type::boxed(TypeKind::Tuple, 7),
                      Type::boxed(TypeKind::NDArray, ArrayDetail{ElementType::U16, 3, true, false}.pack()),
                      Type::boxed(TypeKind::NDArray, 0xf00000)}) {
        std::string text = print_type(type);
        EXPECT_EQ(parse_type(text), type) << text;
        EXPECT_EQ(decode_type(encode_type(type)), type) << text;
    }
    EXPECT_EQ(print_type(Type::i64()), "int:i64");
    EXPECT_EQ(print_type(Type::boxed(TypeKind::NDArray, ArrayDetail{ElementType::F64, 2, true, true}.pack())),
              "ndarray<f64,2,cw>");
    const Type column = Type::boxed(TypeKind::NDArray, ArrayDetail{ElementType::F64, 2, true, true, 2}.pack());
    EXPECT_EQ(print_type(column), "ndarray<f64,2,cw1>");
    EXPECT_EQ(parse_type(print_type(column)), column);
}

TEST(Type, RejectsWhatIsNoType) {
    for (const char* text : {"", "integer", "int:i32", "int<", "int<x>", "ndarray<f64,2>", "ndarray<f64,2,q>",
                             "ndarray<f64,x,c>", "ndarray<f64,300,c>"}) {
        EXPECT_FALSE(parse_type(text)) << text;
    }
}

TEST(Type, KnowsItsTable) {
    EXPECT_EQ(Type::unboxed(TypeKind::Int), Type::i64());
    EXPECT_EQ(natural_rep(TypeKind::List), Rep::Object);
    EXPECT_TRUE(death_observable(TypeKind::Any));
    EXPECT_FALSE(death_observable(TypeKind::Str));
}

TEST(Op, TextsAreDistinctAndFoundAgain) {
    for (size_t index = 0; index < op_count; ++index) {
        EXPECT_EQ(parse_op(op_table[index].text), static_cast<Op>(index)) << op_table[index].text;
    }
    EXPECT_FALSE(parse_op("no.such.op"));
}

TEST(Op, SignaturesAreWellFormed) {
    for (const OpInfo& row : op_table) {
        size_t arrow = row.signature.find('>');
        ASSERT_NE(arrow, std::string_view::npos) << row.text;
        EXPECT_EQ(arrow + 2, row.signature.size()) << row.text;
        EXPECT_EQ(row.operands().find_first_not_of("oOifbv*VS"), std::string_view::npos) << row.text;
        EXPECT_NE(std::string_view("oONifbt-").find(row.result()), std::string_view::npos) << row.text;
    }
}

TEST(Op, OperandLettersFollowVariadicParts) {
    EXPECT_EQ(info(Op::Call).operand(0), 'o');
    EXPECT_EQ(info(Op::Call).operand(5), 'o');
    EXPECT_EQ(info(Op::ArrayStore).operand(1), 'v');
    EXPECT_EQ(info(Op::ArrayStore).operand(4), 'v');
    EXPECT_EQ(info(Op::Call).fixed_operands(), 1u);
    EXPECT_FALSE(info(Op::Binary).is_variadic());
}

TEST(Op, NamesOfOperatorsAndComparisonsAreFoundAgain) {
    for (int index = 0; index <= static_cast<int>(Operator::Invert); ++index) {
        auto op = static_cast<Operator>(index);
        EXPECT_EQ(parse_operator(operator_name(op)), op);
    }
    for (int index = 0; index <= static_cast<int>(CompareOp::GreaterEqual); ++index) {
        auto op = static_cast<CompareOp>(index);
        EXPECT_EQ(parse_compare(compare_name(op)), op);
    }
    EXPECT_EQ(plain_operator(Operator::InplaceXor), Operator::Xor);
    EXPECT_EQ(plain_operator(Operator::Negative), Operator::Negative);
}

}  // namespace
}  // namespace aipy::ir
