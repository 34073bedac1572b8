#include "opt/rewrite.h"

#include "opt/rewriter.h"

namespace aipy::opt {

void rewrite(const Promoted& promoted, const Inference& inference, const NativeCallees& callees,
             const CompileRequest& request, CompileResult& result) {
    Rewriter(promoted, inference, callees, request, result).run();
}

}  // namespace aipy::opt
