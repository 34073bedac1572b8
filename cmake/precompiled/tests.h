// What every C++ unit test includes.
#include <gtest/gtest.h>

#include "ir.h"
